package io.holdfast.harness.appliance;

/** An answer of the interface that is an error. */
public final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    ApiException(int status, String code, String message) {
        super(status + " " + code + ": " + message);
        this.status = status;
        this.code = code;
    }

    public int status() {
        return status;
    }

    /** The name of the error, as in the operating guide. */
    public String code() {
        return code;
    }
}
