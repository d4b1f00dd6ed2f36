package io.holdfast.journal.testkit;

import org.jspecify.annotations.Nullable;

/** What must hold. The simulator also runs as a program, where there is no test library. */
final class Expect {

    private Expect() {}

    static void that(boolean holds, String expected) {
        if (!holds) {
            throw new AssertionError("expected: " + expected);
        }
    }

    static void equal(String what, @Nullable Object found, @Nullable Object expected) {
        if (found == null ? expected != null : !found.equals(expected)) {
            throw new AssertionError(what + " is " + found + "; expected " + expected);
        }
    }

    static void between(String what, long found, long least, long most) {
        if (found < least || found > most) {
            throw new AssertionError(what + " is " + found + "; expected " + least + " to " + most);
        }
    }
}
