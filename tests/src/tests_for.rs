//! A runner's tests, one for each program of the list.

/// Makes a test of each program for a host; called through
/// [`each_program!`](forktalk_programs::each_program), which hands it the list.
///
/// ```text
/// use forktalk_suite::tests_for;
/// forktalk_programs::each_program!(tests_for, Native, check);
/// fn check(program: &'static forktalk_programs::Program) { … }
/// ```
///
/// A program that the host skips becomes an ignored test with the reason from the list.
#[macro_export]
macro_rules! tests_for {
    (
        [$here:ident, $check:ident]
        $($theme:ident { $($name:ident $line:literal $expected:ident $(, skip $host:ident $reason:literal)* ;)* })*
    ) => {
        $(mod $theme {
            $($crate::tests_for! { @one $here $check $theme $name; $($host $reason)* })*
        })*
    };
    (@one Native $check:ident $theme:ident $name:ident; Native $reason:literal $($rest:tt)*) => {
        $crate::tests_for! { @skipped $name $reason }
    };
    (@one Wasmtime $check:ident $theme:ident $name:ident; Wasmtime $reason:literal $($rest:tt)*) => {
        $crate::tests_for! { @skipped $name $reason }
    };
    (@one Browser $check:ident $theme:ident $name:ident; Browser $reason:literal $($rest:tt)*) => {
        $crate::tests_for! { @skipped $name $reason }
    };
    (@one Cpython $check:ident $theme:ident $name:ident; Cpython $reason:literal $($rest:tt)*) => {
        $crate::tests_for! { @skipped $name $reason }
    };
    (@one $here:ident $check:ident $theme:ident $name:ident; $host:ident $reason:literal $($rest:tt)*) => {
        $crate::tests_for! { @one $here $check $theme $name; $($rest)* }
    };
    (@one $here:ident $check:ident $theme:ident $name:ident;) => {
        #[test]
        fn $name() {
            let path = concat!(stringify!($theme), "/", stringify!($name));
            super::$check(forktalk_programs::find(path).expect("the list names it"));
        }
    };
    (@skipped $name:ident $reason:literal) => {
        #[test]
        #[ignore = $reason]
        fn $name() {}
    };
}
