package io.holdfast.configserver;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.model.MachineAddress;
import io.holdfast.model.Policy;

/**
 * What to protect and how.
 *
 * @param name unique among the machines: 1 to 80 letters, digits, dots, hyphens and underscores
 * @param agent name or id of the agent on the machine's host
 * @param address where the machine is
 * @param policy what its owner asks
 * @param bootSign text on the serial console that shows that a replica has booted, at most 200 characters; empty when the guest writes
 *     none
 * @since 1.0
 */
public record ProtectRequest(String name, String agent, MachineAddress address, Policy policy, String bootSign) {

    public ProtectRequest {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,79}")) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "machine name '" + name + "'",
                    "expected 1 to 80 letters, digits, dots, hyphens and underscores, beginning with a letter or digit");
        }
        if (bootSign.length() > 200) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, "boot sign", bootSign.length() + " characters; expected at most 200");
        }
    }
}
