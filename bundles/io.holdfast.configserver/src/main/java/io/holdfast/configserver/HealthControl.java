package io.holdfast.configserver;

/**
 * Set-up state and findings.
 *
 * @since 1.0
 */
public interface HealthControl {

    /**
     * Tells how far the set-up is. Needs no sign-in and tells nothing else.
     *
     * @return the state
     */
    SetupView setup();

    /**
     * Looks over the appliance. Needs a viewer. Bounded by 5 seconds.
     *
     * @param caller who asks
     * @return what was found
     */
    HealthView check(Caller caller);

    /**
     * Tells how much room the recovery store has, how long it will last, and who takes it. Needs a viewer.
     *
     * @param caller who asks
     * @return what was found
     * @throws io.holdfast.base.HoldfastException {@code NETWORK} while the store is not there, {@code DISK_ERROR}
     */
    StoreSpaceView space(Caller caller);
}
