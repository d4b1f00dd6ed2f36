package io.holdfast.cli.internal.output;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Shows how far something is: on a terminal one line that is written over and over, elsewhere a line for each step and state. Used by one thread.
 */
public final class ProgressLine {

    private static final int BAR_WIDTH = 24;
    private static final String CLEAR_TO_END = "\u001b[K";

    private final Terminal terminal;
    private String shown = "";

    /**
     * Creates the line.
     *
     * @param terminal where to show it
     */
    public ProgressLine(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * Shows a job.
     *
     * @param job as the interface tells it
     */
    public void show(JsonNode job) {
        JsonNode step = present(job.path("steps"));
        String state = job.path("title").asText() + ": "
                + (step.isMissingNode()
                        ? Words.name(job.path("state"))
                        : step.path("title").asText());
        if (job.path("state").asText().equals("RETRYING")) {
            state += ", waits after " + job.at("/error/code").asText() + " until "
                    + Words.time(job.path("retryAtMillis"));
        }
        show(
                state,
                step.path("progress").path("done").asLong(),
                step.path("progress").path("total").asLong());
    }

    /**
     * Shows how far something is.
     *
     * @param state what is done
     * @param done how much of it
     * @param total how much there is; 0 or less when nobody knows
     */
    public void show(String state, long done, long total) {
        String plain = PlainOutput.plain(state);
        if (terminal.interactive()) {
            String line = bar(done, total) + " " + plain;
            if (!line.equals(shown)) {
                terminal.err().print("\r" + line + CLEAR_TO_END);
                terminal.err().flush();
            }
            shown = line;
        } else {
            if (!plain.equals(shown)) {
                terminal.err().println(plain);
            }
            shown = plain;
        }
    }

    /**
     * Says something that is no progress.
     *
     * @param message a sentence
     */
    public void say(String message) {
        if (!message.equals(shown)) {
            end();
            terminal.err().println(message);
            shown = message;
        }
    }

    /** Leaves the line. */
    public void end() {
        if (terminal.interactive() && !shown.isEmpty()) {
            terminal.err().println();
        }
        shown = "";
    }

    private static JsonNode present(JsonNode steps) {
        for (JsonNode step : steps) {
            if (!step.path("state").asText().equals("DONE")) {
                return step;
            }
        }
        return steps.path(-1);
    }

    private static String bar(long done, long total) {
        if (total <= 0) {
            return "[" + ".".repeat(BAR_WIDTH) + "]     ";
        }
        double part = Math.min(1.0, done / (double) total);
        int filled = (int) (part * BAR_WIDTH);
        return "[" + "#".repeat(filled) + ".".repeat(BAR_WIDTH - filled) + "]"
                + String.format("%4d%%", (int) (part * 100));
    }
}
