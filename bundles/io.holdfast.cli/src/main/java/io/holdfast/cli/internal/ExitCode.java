package io.holdfast.cli.internal;

/** What the process tells its caller when it ends. Part of the interface: never given another meaning. */
public enum ExitCode {
    /** Done. */
    OK(0),
    /** The operation or its job failed or was cancelled. */
    FAILED(1),
    /** The command line is wrong; nothing was changed. */
    USAGE(2),
    /** The appliance refused it as things stand; nothing was changed. */
    REFUSED(3),
    /** Not signed in, not allowed, or the password has to be changed first. */
    NOT_AUTHORISED(4),
    /** The appliance does not answer, or is not the one that is trusted. */
    UNREACHABLE(5),
    /** It did not come to its end in the time that was given; it may still do. */
    TIMEOUT(6);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    /**
     * Gives the number.
     *
     * @return 0 to 6
     */
    public int code() {
        return code;
    }
}
