package io.holdfast.adapter.kvm.guard;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.util.List;

/**
 * Why a guard could not start: three lines of a file.
 *
 * @param code its name
 * @param object the thing that is wrong
 * @param message with the object in front, as {@link HoldfastException#getMessage}
 * @since 1.0
 */
public record Failure(ErrorCode code, String object, String message) {

    /**
     * Writes it.
     *
     * @return three lines
     */
    public String toText() {
        return code + "\n" + object.replace('\n', ' ') + "\n" + message.replace('\n', ' ') + "\n";
    }

    /**
     * Makes the error of it again.
     *
     * @param lines as {@link #toText} wrote them
     * @return to be thrown
     * @throws IllegalArgumentException when they are something else
     */
    public static HoldfastException parse(List<String> lines) {
        if (lines.size() != 3) {
            throw new IllegalArgumentException(lines.size() + " lines; expected 3");
        }
        String object = lines.get(1);
        String message = lines.get(2);
        String bare = message.startsWith(object + ": ") ? message.substring(object.length() + 2) : message;
        return new HoldfastException(ErrorCode.valueOf(lines.get(0)), object, bare);
    }
}
