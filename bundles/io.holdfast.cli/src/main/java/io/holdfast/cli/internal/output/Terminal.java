package io.holdfast.cli.internal.output;

import java.io.PrintStream;
import java.util.Optional;

/** Where a command reads and writes. */
public interface Terminal {

    /**
     * Where results go.
     *
     * @return standard output
     */
    PrintStream out();

    /**
     * Where errors, questions and progress go.
     *
     * @return standard error
     */
    PrintStream err();

    /**
     * Tells whether a person sits there.
     *
     * @return false in scripts
     */
    boolean interactive();

    /**
     * Asks for a secret without showing it.
     *
     * @param prompt what is asked
     * @return the secret; nothing when nobody sits there or the input has ended
     */
    Optional<char[]> readSecret(String prompt);

    /**
     * Asks a question.
     *
     * @param prompt what is asked
     * @return one line; nothing when nobody sits there or the input has ended
     */
    Optional<String> readLine(String prompt);
}
