$version: "2.1"

// The value type of the `waitable` trait.
namespace smithy.waiters

@length(min: 1)
map waitable { @pattern("^[A-Z]+[A-Za-z0-9]*$") key: String, value: Waiter }
structure Waiter {
    documentation: String
    @required
    acceptors: Acceptors
    @range(min: 1)
    minDelay: Integer
    @range(min: 1)
    maxDelay: Integer
    deprecated: Boolean
    tags: [String]
}
@length(min: 1)
list Acceptors { member: Acceptor }
structure Acceptor {
    @required
    state: AcceptorState
    @required
    matcher: Matcher
    message: String
}
enum AcceptorState {
    SUCCESS = "success"
    FAILURE = "failure"
    RETRY = "retry"
}
union Matcher { output: PathMatcher, inputOutput: PathMatcher, errorType: String, success: Boolean }
structure PathMatcher {
    @required
    path: String
    @required
    expected: String
    @required
    comparator: PathComparator
}
enum PathComparator {
    STRING_EQUALS = "stringEquals"
    BOOLEAN_EQUALS = "booleanEquals"
    ALL_STRING_EQUALS = "allStringEquals"
    ANY_STRING_EQUALS = "anyStringEquals"
}
