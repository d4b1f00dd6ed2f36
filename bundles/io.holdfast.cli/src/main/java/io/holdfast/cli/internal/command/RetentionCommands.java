package io.holdfast.cli.internal.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.internal.ExitCode;
import io.holdfast.cli.internal.args.Spec;
import io.holdfast.cli.internal.output.Words;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a machine's history keeps, and what it takes. */
final class RetentionCommands {

    private static final int HOURS_MOST = 876_600;
    private static final int COUNT_MOST = 10_000;
    private static final int MINUTES_MOST = 1_440;

    private RetentionCommands() {}

    static Spec spec() {
        return Spec.of("retention set", "Set what a machine's history keeps; what is left out stays as it is")
                .with("MACHINE", "name or id")
                .withOption("full-density", "HOURS", "how long every point is kept; 876600 for ever")
                .withOption("hourly", "N", "for how many hours the first point of each hour is kept")
                .withOption("daily", "N", "for how many days the first point of each day is kept")
                .withOption("weekly", "N", "for how many weeks the first point of each week is kept")
                .withOption("yearly", "N", "for how many years the first point of each year is kept")
                .withOption("markers", "HOURS", "how long points with a name are kept")
                .withOption("lock", "HOURS", "below this age nobody shortens, unpins or destroys")
                .withOption("cold", "HOURS", "from what age on history is coded anew, to take less room")
                .withOption("cold-minutes", "N", "how many minutes of processor time a day for that; 0 for never")
                .withDetail(
                        "Points that are not kept any more are gone for good. A lock can be made longer at any time, and shorter only when"
                                + " no history younger than it is there.");
    }

    static ExitCode show(Context context) {
        return print(context, context.client().get(MachineCommands.path(context, "/retention")));
    }

    static ExitCode set(Context context) {
        String path = MachineCommands.path(context, "/retention");
        JsonNode present = context.client().get(path).path("retention");
        Map<String, Object> body = new LinkedHashMap<>();
        put(context, body, present, "full-density", "fullDensityHours", HOURS_MOST);
        put(context, body, present, "hourly", "hourly", COUNT_MOST);
        put(context, body, present, "daily", "daily", COUNT_MOST);
        put(context, body, present, "weekly", "weekly", COUNT_MOST);
        put(context, body, present, "yearly", "yearly", COUNT_MOST);
        put(context, body, present, "markers", "markersHours", HOURS_MOST);
        put(context, body, present, "lock", "lockHours", HOURS_MOST);
        put(context, body, present, "cold", "coldHours", HOURS_MOST);
        put(context, body, present, "cold-minutes", "coldMinutes", MINUTES_MOST);
        return print(context, context.client().call("PUT", path, body));
    }

    private static void put(
            Context context, Map<String, Object> body, JsonNode present, String option, String field, int most) {
        long value = context.arguments()
                .number(option, 0, most)
                .map(Integer::longValue)
                .orElse(present.path(field).asLong());
        body.put(field, value);
    }

    private static ExitCode print(Context context, JsonNode answer) {
        JsonNode kept = answer.path("retention");
        return context.show(answer, out -> {
            out.println("Every point:   " + hours(kept.path("fullDensityHours").asLong()));
            out.println("First of each: " + kept.path("hourly").asText() + " hours, "
                    + kept.path("daily").asText() + " days, "
                    + kept.path("weekly").asText() + " weeks, "
                    + kept.path("yearly").asText() + " years");
            out.println("Markers:       " + hours(kept.path("markersHours").asLong()));
            long lock = kept.path("lockHours").asLong();
            out.println("Lock:          " + (lock == 0 ? "none" : hours(lock)));
            out.println("Cold tier:     " + cold(answer, kept));
            long history = answer.path("atRestBytes").asLong();
            long reclaimable = answer.path("reclaimableBytes").asLong();
            out.println("History:       " + Words.bytes(history) + "; live " + Words.bytes(history - reclaimable)
                    + ", reclaimable " + Words.bytes(reclaimable));
            out.println("Intake:        "
                    + Words.bytes(answer.path("intakeBytesPerDay").asLong()) + " a day");
            out.println("Free:          " + Words.bytes(answer.path("freeBytes").asLong()) + full(answer));
        });
    }

    private static String cold(JsonNode answer, JsonNode kept) {
        int minutes = kept.path("coldMinutes").asInt();
        return minutes == 0
                ? "none"
                : "after " + hours(kept.path("coldHours").asLong()) + ", " + Words.count(minutes, "minute")
                        + " of processor time a day" + waiting(answer);
    }

    private static String waiting(JsonNode answer) {
        long bytes = answer.path("coldWaitingBytes").asLong();
        return bytes == 0
                ? ""
                : "; " + Words.bytes(bytes) + " wait, for "
                        + Words.count(answer.path("coldForecastMinutes").asLong(), "minute");
    }

    private static String hours(long hours) {
        return hours == HOURS_MOST ? "for ever" : Words.count(hours, "hour");
    }

    /** The forecast for a store in which this machine alone takes room. */
    private static String full(JsonNode answer) {
        long intake = answer.path("intakeBytesPerDay").asLong();
        long free = answer.path("freeBytes").asLong()
                + answer.path("reclaimableBytes").asLong();
        return intake == 0 ? "" : "; enough for " + Words.count(free / intake, "day") + " of this machine's intake";
    }
}
