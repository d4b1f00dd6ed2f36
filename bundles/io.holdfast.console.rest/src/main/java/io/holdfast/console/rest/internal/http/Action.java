package io.holdfast.console.rest.internal.http;

/** What a route does. Thread-safe; called on a thread that may block. */
@FunctionalInterface
public interface Action {

    /**
     * Answers one call.
     *
     * @param call what was asked
     * @return the answer
     * @throws io.holdfast.base.HoldfastException with the name of what is wrong
     */
    Reply answer(Call call);
}
