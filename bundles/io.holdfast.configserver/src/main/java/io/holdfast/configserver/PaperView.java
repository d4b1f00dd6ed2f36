package io.holdfast.configserver;

import java.util.List;

/**
 * A recovery key that was made just now.
 *
 * @param name no secret
 * @param lines without their numbers
 * @param lineToConfirm which of them has to be typed back, from 1
 * @param text the page for a text printer
 * @param html the page for a browser
 * @since 1.0
 */
public record PaperView(String name, List<String> lines, int lineToConfirm, String text, String html) {

    public PaperView {
        lines = List.copyOf(lines);
    }

    /** Shows no secret. */
    @Override
    public String toString() {
        return "paper " + name;
    }
}
