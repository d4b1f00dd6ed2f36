package io.holdfast.configserver.internal.access;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.configserver.Caller;
import io.holdfast.model.Role;
import java.util.function.Supplier;

/** Lets callers through by their role, and writes down what they change. Thread-safe. */
public final class Gate {

    private static final String OK = "ok";

    private final AuditLog audit;

    /**
     * Opens the gate.
     *
     * @param audit where changes are written down
     */
    public Gate(AuditLog audit) {
        this.audit = audit;
    }

    /**
     * What a caller wants to change.
     *
     * @param action for example {@code machine.failover}
     * @param object to what
     * @param detail further facts; never a secret
     */
    public record Change(String action, String object, String detail) {}

    /**
     * Checks that a caller may look.
     *
     * @param caller who asks
     * @param needed the least role
     * @throws HoldfastException {@code PASSWORD_CHANGE_REQUIRED}, {@code NOT_AUTHORISED}
     */
    public void look(Caller caller, Role needed) {
        if (caller.passwordChangeRequired()) {
            throw new HoldfastException(
                    ErrorCode.PASSWORD_CHANGE_REQUIRED,
                    "user " + caller.user(),
                    "the password has to be changed before anything else");
        }
        if (!caller.role().includes(needed)) {
            throw new HoldfastException(
                    ErrorCode.NOT_AUTHORISED,
                    "user " + caller.user(),
                    "has the role " + caller.role() + "; expected " + needed);
        }
    }

    /**
     * Lets a caller change something, and writes it down, done or refused.
     *
     * @param caller who asks
     * @param needed the least role
     * @param change what is wanted
     * @param work does it
     * @param <T> of the answer
     * @return what the work returns
     * @throws HoldfastException {@code PASSWORD_CHANGE_REQUIRED}, {@code NOT_AUTHORISED}, or what the work throws
     */
    public <T> T change(Caller caller, Role needed, Change change, Supplier<T> work) {
        try {
            look(caller, needed);
            T answer = work.get();
            note(caller, change, OK);
            return answer;
        } catch (HoldfastException e) {
            note(caller, change, e.code().name());
            throw e;
        }
    }

    private void note(Caller caller, Change change, String outcome) {
        audit.add(new AuditLog.Event(
                caller.user(), caller.origin(), change.action(), change.object(), outcome, change.detail()));
    }
}
