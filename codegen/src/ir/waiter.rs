//! Waiters: their acceptors, and typed expressions for the paths that select values in requests and responses.
//!
//! The Rust type of an expression's value is `&str`, `f64`, `bool`, a reference to a generated type or a map, or an
//! iterator that implements `Clone`. If the value may be null, the type is an `Option`.

use super::{Deprecation, Doc, Name, PathStep, Type};

/// The waiters of an operation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Waiters {
    /// The functions that evaluate the paths of the waiters, without duplicates.
    pub(crate) readers: Vec<Reader>,
    /// The waiters, sorted by name.
    pub(crate) waiters: Vec<Waiter>,
}

/// A waiter, which polls an operation until an acceptor ends the wait.
#[derive(Clone, Debug)]
pub(crate) struct Waiter {
    /// The name of the waiter in the model.
    pub(crate) name: String,
    /// The name of the client's method.
    pub(crate) method: String,
    /// The name of the static in the operation's module.
    pub(crate) constant: String,
    pub(crate) doc: Doc,
    /// The deprecation note, if the waiter is deprecated.
    pub(crate) deprecated: Option<Deprecation>,
    /// The minimum delay between two polls, in seconds.
    pub(crate) min_delay: u32,
    /// The maximum delay between two polls, in seconds.
    pub(crate) max_delay: u32,
    /// The parameters of the method other than the required members of the input.
    pub(crate) arguments: Vec<Argument>,
    /// The acceptors, in the order in which they are evaluated.
    pub(crate) acceptors: Vec<Acceptor>,
    /// The type of the result of a successful wait.
    pub(crate) end: End,
}

impl Waiter {
    /// Returns whether the method can be called with a single string in addition to the required members of the input.
    pub(crate) fn takes_one_string(&self) -> bool {
        let [argument] = self.arguments.as_slice() else { return false };
        match (argument.part, &argument.member.ty) {
            (ArgumentPart::Elements, _) => true,
            (ArgumentPart::OnlyElement, Type::List(element)) => element.ty == Type::String,
            (ArgumentPart::Whole, ty) => *ty == Type::String,
            (ArgumentPart::OnlyElement, _) => false,
        }
    }
}

/// The type of the result of a successful wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// A response.
    SuccessOutput,
    /// A successful response, or an error that the waiter treats as success.
    SuccessOrError,
}

/// A parameter of a waiter's method that sets an optional member of the input.
#[derive(Clone, Debug)]
pub(crate) struct Argument {
    /// The Rust name, without `r#`.
    pub(crate) name: String,
    pub(crate) member: super::Member,
    /// The part of the member that the parameter sets.
    pub(crate) part: ArgumentPart,
}

/// The part of a member that a parameter sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ArgumentPart {
    /// The whole member.
    Whole,
    /// The only element of the member, which is a list.
    OnlyElement,
    /// One or more elements of the member, which is a list of strings.
    Elements,
}

/// A condition on the result of a poll, and the state of the waiter if the condition is true.
#[derive(Clone, Debug)]
pub(crate) struct Acceptor {
    /// The state of the waiter if the condition is true.
    pub(crate) state: WaiterState,
    pub(crate) matcher: Matcher,
    /// The index of the reader that extracts the reason for a failure from the response, if the model specifies a path
    /// to the reason.
    pub(crate) message: Option<usize>,
}

/// The state of a waiter after an acceptor has matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WaiterState {
    /// The wait has succeeded.
    Success,
    /// The wait has failed.
    Failure,
    /// The wait continues.
    Retry,
}

/// The condition of an acceptor. Readers are referred to by index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Matcher {
    /// The operation succeeded (`true`) or failed (`false`).
    Success(bool),
    /// The operation failed with one of these error codes.
    Error(Vec<String>),
    /// The result of a reader equals this string.
    String(usize, String),
    /// The result of a reader is not empty, and all strings in it equal this one.
    All(usize, String),
    /// At least one string in the result of a reader equals one of these.
    Any(usize, Vec<String>),
    /// The result of a reader equals this boolean.
    Boolean(usize, bool),
}

/// A function that evaluates a path.
#[derive(Clone, Debug)]
pub(crate) struct Reader {
    /// The name of the function.
    pub(crate) name: String,
    pub(crate) doc: Doc,
    /// The path as it is written in the model.
    pub(crate) path: String,
    /// The values that must not be null, in the order in which they are read. If one of them is null, the function
    /// returns nothing.
    pub(crate) locals: Vec<Local>,
    /// The other conditions without which the function returns nothing.
    pub(crate) requirements: Vec<Condition>,
    /// The compiled path.
    pub(crate) value: Value,
    /// The return type of the function.
    pub(crate) gives: PathResult,
    /// Whether the path can refer to the request and the response, rather than only to the response.
    pub(crate) reads_request: bool,
    /// Whether the path refers to sensitive data.
    pub(crate) sensitive: bool,
}

/// A local variable of a function that evaluates a path.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Local {
    /// The name of the variable, without `r#`.
    pub(crate) name: String,
    /// The value, which is a member of a structure or union or an element of a list, and may be null.
    pub(crate) value: Value,
}

/// The return type of a function that evaluates a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PathResult {
    /// A string.
    String,
    /// A list of strings.
    Strings {
        /// Whether elements may be null.
        nullable: bool,
    },
    /// A boolean.
    Boolean,
}

/// The value of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Value {
    pub(crate) node: Box<Node>,
    /// Whether the value may be null.
    pub(crate) nullable: bool,
}

/// An expression, regardless of whether its value may be null.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    /// The request.
    Request,
    /// The response.
    Response,
    /// The current element of a list.
    Item {
        /// Whether the element is itself a list.
        list: bool,
    },
    /// A local variable.
    Local {
        /// The name of the variable, without `r#`.
        name: String,
        /// The conversion of the value that the variable contains.
        read: Read,
    },
    /// A string.
    String(String),
    /// A number.
    Number(f64),
    /// A boolean.
    Boolean(bool),
    /// A member of a structure.
    Member {
        of: Value,
        step: PathStep,
        /// The conversion of the value.
        read: Read,
    },
    /// The value of a member of a union, or null if another member is set.
    Variant {
        of: Value,
        /// The name of the accessor.
        method: Name,
        /// The conversion of the value.
        read: Read,
    },
    /// An element of a list. A negative index counts from the end.
    Index {
        list: Value,
        index: i32,
        /// Whether elements may be null.
        nullable_items: bool,
        /// Whether elements are lists.
        lists: bool,
    },
    /// The values of an expression for all elements of a list, without nulls.
    Each {
        list: Value,
        /// The expression, in which [`Node::Item`] is the current element.
        each: Value,
    },
    /// The elements of the lists in a list of lists, or the elements of any other list except for nulls.
    Flatten(Value),
    /// The list, or an empty one if it is null.
    OrEmpty(Value),
    /// The keys of a map, as strings.
    Keys(Value),
    /// The values of a map.
    Values(Value, Read),
    /// A list of values.
    List {
        values: Vec<Value>,
        /// Whether the values are lists.
        lists: bool,
    },
    /// A value, or null if the condition does not hold.
    When(Condition, Value),
    /// One of two values, depending on whether the first one is truthy: `left || right` or `left && right`.
    Either {
        left: Value,
        right: Value,
        /// The condition under which the first value is truthy.
        truth: Truth,
        /// Whether the first value is the result if it is truthy, as in `left || right`, rather than if it is falsy, as
        /// in `left && right`.
        take_left: bool,
    },
    /// The first value that is not null.
    FirstOf(Vec<Value>),
    /// The boolean result of a condition.
    Condition(Condition),
    /// A comparison of numbers.
    Order(Value, Order, Value),
    /// The number of characters, elements or entries.
    Length(Value, Unit),
    /// Whether a list contains an element.
    Contains(Value, Value),
    /// A test of a string against another.
    StringTest(Value, StringTest, Value),
}

/// A condition on values.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Condition {
    /// The value is truthy.
    Truthy(Value, Truth),
    /// The value is null.
    Null(Value),
    /// Two values are equal. Null equals null.
    Equal(Value, Value),
    /// The condition does not hold.
    Not(Box<Condition>),
    /// Both conditions hold.
    And(Box<Condition>, Box<Condition>),
    /// At least one of the conditions holds.
    Or(Box<Condition>, Box<Condition>),
    /// The condition, in which [`Node::Item`] is the current element, holds for all elements of a list, or the list is
    /// null.
    All(Value, Box<Condition>),
}

/// The condition under which a value that is not null is truthy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Truth {
    /// The value is always truthy.
    Always,
    /// The value is a boolean, and is truthy if it is `true`.
    Itself,
    /// The value is a string, a blob or a map, and is truthy if it is not empty.
    NotEmpty,
    /// The value is a list, and is truthy if it is not empty.
    AnyItem,
}

/// A comparison of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// `<`.
    Less,
    /// `<=`.
    LessOrEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterOrEqual,
}

/// The unit of a length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// The characters of a string.
    Characters,
    /// The elements of a list.
    Items,
    /// The entries of a map.
    Entries,
}

/// A test of a string against another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StringTest {
    /// Whether the string contains the other.
    Contains,
    /// Whether the string starts with the other.
    StartsWith,
    /// Whether the string ends with the other.
    EndsWith,
}

/// The conversion of a field's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Read {
    /// Converts a `String` to a `&str`.
    String,
    /// Converts an enumeration of strings to a `&str`.
    Enum,
    /// Copies a `bool`.
    Bool,
    /// Converts a number to an `f64`, with `f64::from`.
    Number,
    /// Converts an `i64` to an `f64`, which may lose precision.
    Long,
    /// Converts an enumeration of integers to an `f64`.
    IntEnum,
    /// Takes a reference to a value of any other type.
    Reference,
    /// Converts a list to an iterator.
    List {
        /// The conversion of the elements.
        item: Box<Read>,
        /// Whether elements may be null.
        sparse: bool,
    },
}
