package io.holdfast.nbd.internal;

import io.holdfast.nbd.NbdBlockSizes;
import io.holdfast.nbd.NbdCommand;
import io.holdfast.nbd.NbdError;
import io.holdfast.nbd.NbdException;
import io.holdfast.nbd.NbdExport;
import io.holdfast.nbd.NbdFeature;
import java.util.EnumSet;
import java.util.Set;

/** What a request must keep to, and the error that the specification names for each breach. */
final class RequestRules {

    private final boolean readOnly;
    private final Set<NbdFeature> features;
    private final NbdBlockSizes sizes;
    private final long size;
    private final boolean structured;
    private final boolean contexts;

    RequestRules(Agreement agreement) {
        NbdExport export = agreement.export();
        readOnly = export.readOnly();
        features = EnumSet.noneOf(NbdFeature.class);
        features.addAll(export.features());
        sizes = export.blockSizes();
        size = agreement.sizeBytes();
        structured = agreement.structured();
        contexts = !agreement.contexts().isEmpty();
    }

    int payloadMax() {
        return sizes.payloadMax();
    }

    /** Tells whether zeroing is always faster than writing. */
    boolean zeroesFast() {
        return features.contains(NbdFeature.FAST_ZERO);
    }

    /** Refuses a request that must not be passed to the export. */
    void check(NbdCommand command, Request request) throws NbdException {
        checkPermission(command);
        checkFlags(command, request);
        if (command == NbdCommand.FLUSH) {
            if (request.offset() != 0 || request.length() != 0) {
                throw new NbdException(NbdError.EINVAL, "a flush has neither offset nor length");
            }
            return;
        }
        checkRange(command, request);
    }

    private void checkPermission(NbdCommand command) throws NbdException {
        if (command.changes() && readOnly) {
            throw new NbdException(NbdError.EPERM, "this export is read-only");
        }
        boolean offered = switch (command) {
            case READ, WRITE, DISC, CACHE -> true;
            case FLUSH -> features.contains(NbdFeature.FLUSH);
            case TRIM -> features.contains(NbdFeature.TRIM);
            case WRITE_ZEROES -> features.contains(NbdFeature.WRITE_ZEROES);
            case BLOCK_STATUS -> contexts;
        };
        if (!offered) {
            throw new NbdException(NbdError.EINVAL, command + " was not offered");
        }
    }

    private void checkFlags(NbdCommand command, Request request) throws NbdException {
        int allowed = features.contains(NbdFeature.FUA) ? Protocol.CMD_FLAG_FUA : 0;
        if (command == NbdCommand.READ && structured) {
            allowed |= Protocol.CMD_FLAG_DF;
        } else if (command == NbdCommand.WRITE_ZEROES) {
            allowed |= Protocol.CMD_FLAG_NO_HOLE | (zeroesFast() ? Protocol.CMD_FLAG_FAST_ZERO : 0);
        } else if (command == NbdCommand.BLOCK_STATUS) {
            allowed |= Protocol.CMD_FLAG_REQ_ONE;
        }
        if ((request.flags() & ~allowed) != 0) {
            throw new NbdException(
                    NbdError.EINVAL,
                    "flags 0x" + Integer.toHexString(request.flags()) + " of " + command + "; allowed are 0x"
                            + Integer.toHexString(allowed));
        }
    }

    private void checkRange(NbdCommand command, Request request) throws NbdException {
        boolean fills = command == NbdCommand.WRITE || command == NbdCommand.WRITE_ZEROES;
        if (!request.within(size)) {
            throw new NbdException(
                    fills ? NbdError.ENOSPC : NbdError.EINVAL,
                    Long.toUnsignedString(request.offset()) + "+" + request.length() + " is beyond the end at " + size);
        }
        if (!sizes.aligned(request.offset(), request.length())) {
            throw new NbdException(
                    NbdError.EINVAL,
                    request.offset() + "+" + request.length() + " is not a multiple of " + sizes.minimum() + " bytes");
        }
        boolean carries = command == NbdCommand.READ || command == NbdCommand.WRITE;
        if (carries && request.length() > sizes.payloadMax()) {
            throw new NbdException(
                    command == NbdCommand.READ && structured ? NbdError.EOVERFLOW : NbdError.EINVAL,
                    request.length() + " bytes; at most " + sizes.payloadMax() + " in one request");
        }
    }
}
