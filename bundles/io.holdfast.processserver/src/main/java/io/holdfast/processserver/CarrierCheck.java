package io.holdfast.processserver;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.model.MachineCarriers;
import io.holdfast.transport.PeerCheck;
import io.holdfast.transport.PeerIdentity;
import io.holdfast.wire.Message;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * Lets an agent carry the machines that are assigned to it and no others. Thread-safe.
 *
 * <p>The reference is optional and dynamic, so that an update of the configuration server ends no stream: those that run go on, and new ones
 * are refused with an error that is tried again until it is back.
 *
 * @since 1.0
 */
@Component(service = CarrierCheck.class)
public final class CarrierCheck implements PeerCheck {

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile @Nullable MachineCarriers carriers;

    /** Which machine it is about, only its Hello tells. */
    @Override
    public void checkPeer(PeerIdentity peer) {}

    @Override
    public void checkHello(PeerIdentity peer, Message.Hello hello) {
        MachineCarriers known = carriers;
        if (known == null) {
            throw new HoldfastException(
                    ErrorCode.NETWORK,
                    "configuration server",
                    "is not there now, so nobody knows whose machines these are; expected it to run");
        }
        if (!known.mayCarry(peer.commonName(), hello.machine())) {
            throw new HoldfastException(
                    ErrorCode.NOT_AUTHORISED,
                    "machine " + hello.machine(),
                    "is not assigned to '" + peer.commonName() + "'; expected the agent that it is assigned to");
        }
    }
}
