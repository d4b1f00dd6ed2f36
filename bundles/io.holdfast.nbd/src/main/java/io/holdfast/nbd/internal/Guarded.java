package io.holdfast.nbd.internal;

import io.holdfast.base.HoldfastException;
import io.holdfast.nbd.NbdError;
import io.holdfast.nbd.NbdException;
import java.io.IOException;

/** Calls of an export, so that a failure of the export is never taken for one of the connection. */
final class Guarded {

    private Guarded() {}

    /** A call of an export. */
    @FunctionalInterface
    interface Call {
        void run() throws IOException;
    }

    /** Runs a call; whatever expected failure it ends with becomes the error for the client. */
    static void run(Call call) throws NbdException {
        try {
            call.run();
        } catch (NbdException e) {
            throw e;
        } catch (IOException e) {
            throw new NbdException(NbdError.EIO, String.valueOf(e.getMessage()), e);
        } catch (HoldfastException e) {
            throw new NbdException(error(e), String.valueOf(e.getMessage()), e);
        }
    }

    private static NbdError error(HoldfastException e) {
        return switch (e.code()) {
            case DISK_FULL -> NbdError.ENOSPC;
            case NOT_AUTHORISED -> NbdError.EPERM;
            case INVALID_ARGUMENT -> NbdError.EINVAL;
            case OUT_OF_MEMORY -> NbdError.ENOMEM;
            default -> NbdError.EIO;
        };
    }
}
