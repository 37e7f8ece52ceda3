//! Waiters: what is polled for, and the paths into answers as expressions whose types are settled.
//!
//! An expression gives a value of one of these Rust types: `&str`, `f64`, `bool`, a reference to a generated type or
//! map, or an iterator that can be cloned. One that may be null gives an `Option` of that.

use super::{Deprecation, Doc, Name, PathStep, Type};

/// The waiters of an operation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Waiters {
    /// The paths that they look at, each once.
    pub(crate) readers: Vec<Reader>,
    /// The waiters, by name.
    pub(crate) waiters: Vec<Waiter>,
}

/// A waiter.
#[derive(Clone, Debug)]
pub(crate) struct Waiter {
    /// Its name in the model.
    pub(crate) name: String,
    /// The method of the client.
    pub(crate) method: String,
    /// The static that holds it, in the operation's module.
    pub(crate) constant: String,
    /// Its documentation.
    pub(crate) doc: Doc,
    /// A note if its use is discouraged.
    pub(crate) deprecated: Option<Deprecation>,
    /// The shortest pause between two polls, in seconds.
    pub(crate) min_delay: u32,
    /// The longest pause between two polls, in seconds.
    pub(crate) max_delay: u32,
    /// The method's arguments besides the input's required members.
    pub(crate) arguments: Vec<Argument>,
    /// What decides.
    pub(crate) acceptors: Vec<Acceptor>,
    /// What a wait that goes well ends with.
    pub(crate) end: End,
}

impl Waiter {
    /// Whether one text is all that its method takes besides the input's required members.
    pub(crate) fn takes_one_text(&self) -> bool {
        let [argument] = self.arguments.as_slice() else { return false };
        match (argument.part, &argument.member.ty) {
            (ArgumentPart::Elements, _) => true,
            (ArgumentPart::OnlyElement, Type::List(element)) => element.ty == Type::String,
            (ArgumentPart::Whole, ty) => *ty == Type::String,
            (ArgumentPart::OnlyElement, _) => false,
        }
    }
}

/// What a wait that goes well ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Always an answer.
    SuccessOutput,
    /// An answer, or an error that was waited for.
    SuccessOrError,
}

/// An argument of a waiter that sets an optional member of the input.
#[derive(Clone, Debug)]
pub(crate) struct Argument {
    /// Its name in Rust, without `r#`.
    pub(crate) name: String,
    /// The member.
    pub(crate) member: super::Member,
    /// How much of the member it is.
    pub(crate) part: ArgumentPart,
}

/// How much of a member an argument is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ArgumentPart {
    /// All of it.
    Whole,
    /// The only element of the member, which is a list.
    OnlyElement,
    /// One or more elements of the member, which is a list of texts.
    Elements,
}

/// One of the things that decide about a poll.
#[derive(Clone, Debug)]
pub(crate) struct Acceptor {
    /// What follows if it matches.
    pub(crate) state: WaiterState,
    /// What it looks at.
    pub(crate) matcher: Matcher,
}

/// What follows from an acceptor that matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WaiterState {
    /// The wait is over, and went well.
    Success,
    /// The wait is over, and went wrong.
    Failure,
    /// The wait goes on.
    Retry,
}

/// What an acceptor looks at.
#[derive(Clone, Debug)]
pub(crate) enum Matcher {
    /// Whether the call succeeded.
    Success(bool),
    /// Whether the call failed with one of these codes.
    Error(Vec<String>),
    /// Whether the text that a reader gives is this one.
    Text(usize, String),
    /// Whether each of the texts that a reader gives is this one.
    All(usize, String),
    /// Whether one of the texts that a reader gives is one of these.
    Any(usize, Vec<String>),
    /// Whether the truth value that a reader gives is this one.
    Flag(usize, bool),
}

/// A function that follows a path.
#[derive(Clone, Debug)]
pub(crate) struct Reader {
    /// Its name.
    pub(crate) name: String,
    /// Its documentation.
    pub(crate) doc: Doc,
    /// The path as the model has it.
    pub(crate) path: String,
    /// What the path leads to.
    pub(crate) value: Value,
    /// What the function makes of it.
    pub(crate) gives: PathResult,
    /// Whether the path starts above the request and the answer.
    pub(crate) reads_request: bool,
    /// Whether the path leads to or through something sensitive.
    pub(crate) sensitive: bool,
}

/// What the function of a path gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PathResult {
    /// A string.
    String,
    /// Strings.
    Strings {
        /// Whether null may stand for one of them.
        nullable: bool,
    },
    /// A boolean.
    Boolean,
}

/// What an expression gives.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Value {
    /// The expression.
    pub(crate) node: Box<Node>,
    /// Whether it may be null.
    pub(crate) nullable: bool,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    /// The request.
    Request,
    /// The answer.
    Response,
    /// The element that a list is at.
    Item {
        /// Whether it is itself a list.
        list: bool,
    },
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
    /// A truth value.
    Flag(bool),
    /// A member of a structure.
    Member {
        /// The structure.
        of: Value,
        /// The member.
        step: PathStep,
        /// How its value is read.
        read: Read,
    },
    /// A member of a union; null if the union is another one.
    Variant {
        /// The union.
        of: Value,
        /// The method that asks for it.
        method: Name,
        /// How its value is read.
        read: Read,
    },
    /// An element of a list, counted from the end if negative.
    Index {
        /// The list.
        list: Value,
        /// The element's place.
        index: i32,
        /// Whether null may stand for an element.
        nullable_items: bool,
    },
    /// What an expression gives for each element of a list, without nulls.
    Each {
        /// The list.
        list: Value,
        /// The expression, over [`Node::Item`].
        each: Value,
    },
    /// The elements of the lists in a list, or of a list that may hold nulls.
    Flatten(Value),
    /// The list, or an empty one if it is null.
    OrEmpty(Value),
    /// The keys of a map, as texts.
    Keys(Value),
    /// The values of a map.
    Values(Value, Read),
    /// A list of values.
    List {
        /// The values.
        values: Vec<Value>,
        /// Whether they are themselves lists.
        lists: bool,
    },
    /// A value, or null if a condition does not hold.
    When(Condition, Value),
    /// The first value if it counts as true, else the second; or the other way round.
    Either {
        /// The first value.
        left: Value,
        /// The second value.
        right: Value,
        /// When the first one counts as true.
        truth: Truth,
        /// Whether the first value is taken if it counts as true, or if it does not.
        take_left: bool,
    },
    /// The first value that is not null.
    FirstOf(Vec<Value>),
    /// A condition as a truth value.
    Condition(Condition),
    /// A comparison of numbers.
    Order(Value, Order, Value),
    /// The number of characters, elements or entries.
    Length(Value, Unit),
    /// Whether a list has an element.
    Contains(Value, Value),
    /// A test of a text with another.
    TextTest(Value, TextTest, Value),
}

/// Something that holds or not.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Condition {
    /// The value counts as true.
    Truthy(Value, Truth),
    /// The value is null.
    Null(Value),
    /// Two values are equal; null is equal to null.
    Equal(Value, Value),
    /// The condition does not hold.
    Not(Box<Condition>),
    /// Both hold.
    And(Box<Condition>, Box<Condition>),
    /// One of them holds.
    Or(Box<Condition>, Box<Condition>),
}

/// When a value that is not null counts as true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Truth {
    /// Always.
    Always,
    /// If it is `true`.
    Itself,
    /// If the text or map is not empty.
    NotEmpty,
    /// If the list is not empty.
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

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// The characters of a text.
    Characters,
    /// The elements of a list.
    Items,
    /// The entries of a map.
    Entries,
}

/// A test of a text with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextTest {
    /// It is somewhere in it.
    Contains,
    /// It stands at its start.
    StartsWith,
    /// It stands at its end.
    EndsWith,
}

/// How a value of a field is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Read {
    /// A `String` as `&str`.
    String,
    /// An enumeration of texts as `&str`.
    Enum,
    /// A `bool` as it is.
    Bool,
    /// A number that `f64::from` takes.
    Number,
    /// An `i64`, which may lose its last digits.
    Long,
    /// An enumeration of numbers as `f64`.
    IntEnum,
    /// By reference.
    Reference,
    /// A list as an iterator.
    List {
        /// How an element is read.
        item: Box<Read>,
        /// Whether null may stand for an element.
        sparse: bool,
    },
}
