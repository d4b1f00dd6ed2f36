package io.holdfast.cli.internal.command;

import io.holdfast.cli.internal.ExitCode;
import io.holdfast.cli.internal.args.Spec;

/**
 * One command.
 *
 * @param spec what it understands
 * @param action what it does
 */
record Command(Spec spec, Action action) {

    /** What a command does. */
    @FunctionalInterface
    interface Action {

        /**
         * Does it.
         *
         * @param context its arguments and what it may use
         * @return what the process tells its caller
         * @throws io.holdfast.cli.internal.CliException when it cannot be done
         */
        ExitCode run(Context context);
    }
}
