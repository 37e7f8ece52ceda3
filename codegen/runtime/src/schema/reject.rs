//! A macro for deserializers that support only some types.

/// Implements methods of `ShapeDeserializer`: `claim`, which counts no memory, and the given methods, which return an
/// error. `$error` creates the error from a description of the expected type:
/// `reject_reads!(|expected| SerdeError::unexpected("a header", expected); read_map read_struct);`.
macro_rules! reject_reads {
    ($error:expr; $($method:ident)*) => {
        fn claim(&mut self, _: usize) -> ::std::result::Result<(), $crate::schema::SerdeError> {
            Ok(())
        }

        $($crate::schema::reject::reject_reads!(@ $method $error);)*
    };
    (@ read_boolean $error:expr) => {
        $crate::schema::reject::reject_reads!(@fn read_boolean() Option<bool>, $error, "a boolean");
    };
    (@ read_integer $error:expr) => {
        $crate::schema::reject::reject_reads!(@fn read_integer() Option<i64>, $error, "an integer");
    };
    (@ read_double $error:expr) => {
        $crate::schema::reject::reject_reads!(@fn read_double() Option<f64>, $error, "a number");
    };
    (@ read_big_integer $error:expr) => {
        $crate::schema::reject::reject_reads!(
            @fn read_big_integer() Option<$crate::primitives::BigInteger>, $error, "an integer"
        );
    };
    (@ read_big_decimal $error:expr) => {
        $crate::schema::reject::reject_reads!(
            @fn read_big_decimal() Option<$crate::primitives::BigDecimal>, $error, "a number"
        );
    };
    (@ read_string $error:expr) => {
        $crate::schema::reject::reject_reads!(
            @fn read_string() Option<::std::borrow::Cow<'_, str>>, $error, "a string"
        );
    };
    (@ read_blob $error:expr) => {
        $crate::schema::reject::reject_reads!(@fn read_blob() Option<Vec<u8>>, $error, "a blob");
    };
    (@ read_timestamp $error:expr) => {
        $crate::schema::reject::reject_reads!(
            @fn read_timestamp() Option<$crate::primitives::Timestamp>, $error, "a timestamp"
        );
    };
    (@ read_document $error:expr) => {
        $crate::schema::reject::reject_reads!(
            @fn read_document() Option<$crate::primitives::Document>, $error, "a document"
        );
    };
    (@ read_list $error:expr) => {
        $crate::schema::reject::reject_reads!(
            @fn read_list(&mut dyn $crate::schema::DeserializableList) bool, $error, "a list"
        );
    };
    (@ read_map $error:expr) => {
        $crate::schema::reject::reject_reads!(
            @fn read_map(&mut dyn $crate::schema::DeserializableMap) bool, $error, "a map"
        );
    };
    (@ read_struct $error:expr) => {
        $crate::schema::reject::reject_reads!(
            @fn read_struct(&mut dyn $crate::schema::DeserializableStruct) bool, $error, "a structure"
        );
    };
    (@ read_union $error:expr) => {
        $crate::schema::reject::reject_reads!(
            @fn read_union(&mut dyn $crate::schema::DeserializableUnion) bool, $error, "a union"
        );
    };
    (@fn $method:ident($($target:ty)?) $value:ty, $error:expr, $expected:literal) => {
        fn $method(
            &mut self,
            _: &$crate::schema::MemberSchema,
            $(_: $target,)?
        ) -> ::std::result::Result<$value, $crate::schema::SerdeError> {
            let error: fn(&str) -> $crate::schema::SerdeError = $error;
            Err(error($expected))
        }
    };
}

pub(crate) use reject_reads;
