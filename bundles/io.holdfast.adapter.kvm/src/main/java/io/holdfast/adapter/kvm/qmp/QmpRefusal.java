package io.holdfast.adapter.kvm.qmp;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;

/**
 * QEMU's own answer that a command was not carried out. Checked, because what it means depends on the command.
 *
 * @since 1.0
 */
public final class QmpRefusal extends Exception {

    private static final long serialVersionUID = 1L;

    private final String command;
    private final String errorClass;
    private final String description;

    /**
     * Creates the refusal.
     *
     * @param command name of the refused command
     * @param errorClass QEMU's class, mostly {@code GenericError}
     * @param description QEMU's words for people
     */
    public QmpRefusal(String command, String errorClass, String description) {
        super(command + ": " + description);
        this.command = command;
        this.errorClass = errorClass;
        this.description = description;
    }

    /**
     * Names the command.
     *
     * @return as QEMU calls it
     */
    public String command() {
        return command;
    }

    /**
     * Names QEMU's error class.
     *
     * @return for example {@code DeviceNotFound}
     */
    public String errorClass() {
        return errorClass;
    }

    /**
     * Gives QEMU's words.
     *
     * @return for people
     */
    public String description() {
        return description;
    }

    /**
     * Makes an error of ours of it.
     *
     * @param code its name
     * @param object the thing that is wrong
     * @return to be thrown
     */
    public HoldfastException as(ErrorCode code, String object) {
        return new HoldfastException(code, object, "QEMU refused " + command + ": " + description, this);
    }
}
