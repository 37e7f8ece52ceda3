//! Empty: to build it is to build what the program depends on, and no program.
