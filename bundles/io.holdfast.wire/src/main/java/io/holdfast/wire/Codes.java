package io.holdfast.wire;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.stream.ChangeOrigin;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.GapCause;
import io.holdfast.base.stream.MarkerKind;

/**
 * The numbers of enumerated values on the wire. Written out, so that no reordering of a Java type changes the protocol. Zero stands for
 * nothing and is refused.
 */
final class Codes {

    /** Room for names of errors that later versions have. */
    static final int ERROR_NAME_CHARACTERS_MAX = 64;

    private Codes() {}

    static int of(EpochCause cause) {
        return switch (cause) {
            case START -> 1;
            case RESUME -> 2;
            case GAP -> 3;
            case TAKEOVER -> 4;
            case FAILOVER -> 5;
            case FAILBACK -> 6;
            case FORCE -> 7;
        };
    }

    static EpochCause epochCause(int code) {
        return switch (code) {
            case 1 -> EpochCause.START;
            case 2 -> EpochCause.RESUME;
            case 3 -> EpochCause.GAP;
            case 4 -> EpochCause.TAKEOVER;
            case 5 -> EpochCause.FAILOVER;
            case 6 -> EpochCause.FAILBACK;
            case 7 -> EpochCause.FORCE;
            default -> throw PayloadReader.corrupt("epoch cause " + code + "; expected 1 to 7");
        };
    }

    static int of(GapCause cause) {
        return switch (cause) {
            case CAPTURE_BROKEN -> 1;
            case CAPTURE_RESTARTED -> 2;
            case SOURCE_CRASHED -> 3;
            case LOG_FULL -> 4;
            case PAUSED -> 5;
            case DISKS_CHANGED -> 6;
            case STORE_SET_BACK -> 7;
        };
    }

    static GapCause gapCause(int code) {
        return switch (code) {
            case 1 -> GapCause.CAPTURE_BROKEN;
            case 2 -> GapCause.CAPTURE_RESTARTED;
            case 3 -> GapCause.SOURCE_CRASHED;
            case 4 -> GapCause.LOG_FULL;
            case 5 -> GapCause.PAUSED;
            case 6 -> GapCause.DISKS_CHANGED;
            case 7 -> GapCause.STORE_SET_BACK;
            default -> throw PayloadReader.corrupt("gap cause " + code + "; expected 1 to 7");
        };
    }

    static int of(MarkerKind kind) {
        return switch (kind) {
            case CRASH_CONSISTENT -> 1;
            case APPLICATION_CONSISTENT -> 2;
            case GROUP -> 3;
        };
    }

    static MarkerKind markerKind(int code) {
        return switch (code) {
            case 1 -> MarkerKind.CRASH_CONSISTENT;
            case 2 -> MarkerKind.APPLICATION_CONSISTENT;
            case 3 -> MarkerKind.GROUP;
            default -> throw PayloadReader.corrupt("marker kind " + code + "; expected 1 to 3");
        };
    }

    static int of(ChangeOrigin origin) {
        return switch (origin) {
            case GUEST -> 1;
            case COPY -> 2;
        };
    }

    static ChangeOrigin changeOrigin(int code) {
        return switch (code) {
            case 1 -> ChangeOrigin.GUEST;
            case 2 -> ChangeOrigin.COPY;
            default -> throw PayloadReader.corrupt("change origin " + code + "; expected 1 or 2");
        };
    }

    static int of(ExtentKind kind) {
        return switch (kind) {
            case DATA -> 1;
            case ZERO -> 2;
            case DISCARD -> 3;
        };
    }

    static ExtentKind extentKind(int code) {
        return switch (code) {
            case 1 -> ExtentKind.DATA;
            case 2 -> ExtentKind.ZERO;
            case 3 -> ExtentKind.DISCARD;
            default -> throw PayloadReader.corrupt("extent kind " + code + "; expected 1 to 3");
        };
    }

    /** Reads an error's name. One that a later version added is kept in the message and stands for an internal error. */
    static Message.Refused refused(String name, String object, String message) {
        for (ErrorCode code : ErrorCode.values()) {
            if (code.name().equals(name)) {
                return new Message.Refused(code, object, message);
            }
        }
        return new Message.Refused(
                ErrorCode.INTERNAL, object, Checks.cut(name + ": " + message, WireLimits.MESSAGE_CHARACTERS_MAX));
    }
}
