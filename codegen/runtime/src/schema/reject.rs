//! A macro for deserializers that support only some types.

/// Implements the given methods of `ShapeDeserializer` so that they return an error:
/// `reject_reads!(error; read_map read_struct);`.
macro_rules! reject_reads {
    ($error:expr; $($method:ident)*) => { $($crate::schema::reject::reject_reads!(@ $method $error);)* };
    (@ read_boolean $error:expr) => { $crate::schema::reject::reject_reads!(@fn read_boolean() Option<bool>, $error); };
    (@ read_integer $error:expr) => { $crate::schema::reject::reject_reads!(@fn read_integer() Option<i64>, $error); };
    (@ read_double $error:expr) => { $crate::schema::reject::reject_reads!(@fn read_double() Option<f64>, $error); };
    (@ read_big_integer $error:expr) => {
        $crate::schema::reject::reject_reads!(@fn read_big_integer() Option<$crate::primitives::BigInteger>, $error);
    };
    (@ read_big_decimal $error:expr) => {
        $crate::schema::reject::reject_reads!(@fn read_big_decimal() Option<$crate::primitives::BigDecimal>, $error);
    };
    (@ read_string $error:expr) => {
        $crate::schema::reject::reject_reads!(@fn read_string() Option<::std::borrow::Cow<'_, str>>, $error);
    };
    (@ read_blob $error:expr) => { $crate::schema::reject::reject_reads!(@fn read_blob() Option<Vec<u8>>, $error); };
    (@ read_timestamp $error:expr) => {
        $crate::schema::reject::reject_reads!(@fn read_timestamp() Option<$crate::primitives::Timestamp>, $error);
    };
    (@ read_document $error:expr) => {
        $crate::schema::reject::reject_reads!(@fn read_document() Option<$crate::primitives::Document>, $error);
    };
    (@ read_list $error:expr) => {
        $crate::schema::reject::reject_reads!(@fn read_list(&mut dyn $crate::schema::DeserializableList) bool, $error);
    };
    (@ read_map $error:expr) => {
        $crate::schema::reject::reject_reads!(@fn read_map(&mut dyn $crate::schema::DeserializableMap) bool, $error);
    };
    (@ read_struct $error:expr) => {
        $crate::schema::reject::reject_reads!(@fn read_struct(&mut dyn $crate::schema::DeserializableStruct) bool, $error);
    };
    (@ read_union $error:expr) => {
        $crate::schema::reject::reject_reads!(@fn read_union(&mut dyn $crate::schema::DeserializableUnion) bool, $error);
    };
    (@fn $method:ident($($target:ty)?) $value:ty, $error:expr) => {
        fn $method(
            &mut self,
            _: &$crate::schema::MemberSchema,
            $(_: $target,)?
        ) -> ::std::result::Result<$value, $crate::schema::SerdeError> {
            Err($error)
        }
    };
}

pub(crate) use reject_reads;
