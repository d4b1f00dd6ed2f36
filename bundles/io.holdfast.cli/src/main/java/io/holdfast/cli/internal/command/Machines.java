package io.holdfast.cli.internal.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.internal.output.Words;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How machines are shown. */
final class Machines {

    private static final Set<String> NOT_REPLICATING =
            Set.of("FAILING_OVER", "COMMIT_PENDING", "COMMITTING", "COMMITTED", "UNPROTECTED");

    private static final Map<String, String> CODECS = Map.of("NONE", "none", "LZ4", "LZ4", "ZSTANDARD", "Zstandard");

    private Machines() {}

    /** What the machines are called, by id. */
    static Map<String, String> names(JsonNode machines) {
        Map<String, String> names = new HashMap<>();
        machines.forEach(machine ->
                names.put(machine.path("id").asText(), machine.path("name").asText()));
        return names;
    }

    /** Where a machine's protection stands, with everything that adds to it. */
    static String state(JsonNode machine) {
        JsonNode protection = machine.path("protection");
        List<String> words = new ArrayList<>(List.of(Words.name(protection.path("phase"))));
        if (protection.path("critical").asBoolean()) {
            words.add("CRITICAL");
        }
        if (!protection.path("drill").asText().equals("NONE")) {
            words.add("test failover " + Words.name(protection.path("drill")));
        }
        if (protection.path("sourceReappeared").asBoolean()) {
            words.add("source has appeared again");
        }
        return String.join(", ", words);
    }

    /** The recovery point objective now, or why there is none. */
    static String rpo(JsonNode machine) {
        if (NOT_REPLICATING.contains(machine.at("/protection/phase").asText())) {
            return "-";
        }
        if (!machine.has("latestPoint")) {
            return "no point yet";
        }
        JsonNode replication = machine.path("replication");
        if (replication.isMissingNode()) {
            return "unknown";
        }
        String figure = Words.duration(replication.path("rpoMillis").asLong());
        return replication.path("rpoGoalMet").asBoolean() ? figure : figure + " (goal missed)";
    }

    /** Writes that would be lost if the source were lost now. */
    static String lag(JsonNode machine) {
        JsonNode status = machine.at("/replication/status");
        return status.isMissingNode()
                ? "-"
                : Words.count(
                        status.path("givenSequence").asLong()
                                - status.path("provenSequence").asLong(),
                        "write");
    }

    /** How far the copy is that runs. */
    static String copy(JsonNode machine) {
        JsonNode status = machine.at("/replication/status");
        if (!status.has("copyKind")) {
            return "-";
        }
        long total = Math.max(1, status.path("copyBytesTotal").asLong());
        return status.path("copyKind").asText() + " "
                + 100 * status.path("copyBytesDone").asLong() / total + "%";
    }

    /** How its stream is compressed, and why. */
    private static String compression(JsonNode machine) {
        JsonNode coding = machine.path("coding");
        return coding.isMissingNode()
                ? "-"
                : CODECS.getOrDefault(coding.path("codec").asText(), "unknown") + ". "
                        + coding.path("reason").asText();
    }

    /** Everything about one machine. */
    static void show(PrintStream out, JsonNode machine) {
        out.println(machine.path("name").asText() + "  " + state(machine));
        line(out, "identity", machine.path("id").asText());
        line(out, "agent", machine.path("agentName").asText());
        line(out, "runs at", Words.name(machine.path("activeLocation")) + " site");
        line(
                out,
                "RPO",
                rpo(machine) + ", goal "
                        + Words.duration(machine.at("/policy/rpoGoalMillis").asLong()));
        line(out, "not yet safe", lag(machine));
        line(out, "copy", copy(machine));
        line(out, "compression", compression(machine));
        JsonNode point = machine.path("latestPoint");
        line(
                out,
                "latest point",
                point.isMissingNode()
                        ? "-"
                        : Words.exactTime(point.path("utcMillis").asLong()) + "  "
                                + point.path("position").asText());
        facts(out, machine.path("facts"));
        machine.path("replicas").forEach(replica -> line(out, "replica", replica(replica)));
        machine.path("jobs").forEach(job -> line(out, "job", job.asText()));
        JsonNode error = machine.path("error");
        if (!error.isMissingNode()) {
            line(
                    out,
                    "error",
                    error.path("code").asText() + "  " + error.path("message").asText());
            line(out, "fix", error.path("fix").asText());
        }
        out.println();
        out.println("Possible now:");
        machine.path("nextSteps").forEach(step -> {
            if (step.path("legal").asBoolean()) {
                out.println("  " + Words.name(step.path("operation")));
            }
        });
        out.println("Not possible now:");
        machine.path("nextSteps").forEach(step -> {
            if (!step.path("legal").asBoolean()) {
                out.println("  " + Words.name(step.path("operation")) + ": "
                        + step.path("reason").asText());
            }
        });
    }

    /** What an agent found at a source. */
    static void facts(PrintStream out, JsonNode facts) {
        if (facts.isMissingNode()) {
            return;
        }
        line(
                out,
                "source",
                facts.path("hypervisor").asText()
                        + (facts.path("running").asBoolean() ? ", running" : ", not running"));
        JsonNode hardware = facts.path("hardware");
        line(
                out,
                "hardware",
                Words.count(hardware.path("processors").asInt(), "processor") + ", "
                        + hardware.path("memoryMebibytes").asInt() + " MiB, "
                        + hardware.path("firmware").asText());
        facts.path("disks")
                .forEach(disk -> line(
                        out,
                        "disk",
                        disk.path("identity").asText() + "  "
                                + Words.bytes(disk.path("sizeBytes").asLong())));
    }

    private static String replica(JsonNode replica) {
        StringBuilder text = new StringBuilder(Words.name(replica.path("purpose")))
                .append(", ")
                .append(Words.name(replica.path("state")))
                .append(", from ")
                .append(replica.path("point").asText())
                .append(", network ")
                .append(replica.path("network").asText());
        JsonNode hydration = replica.path("hydration");
        if (!hydration.isMissingNode()) {
            text.append(", holds ")
                    .append(100
                            * hydration.path("done").asLong()
                            / Math.max(1, hydration.path("total").asLong()))
                    .append("% itself");
        }
        replica.path("connections")
                .properties()
                .forEach(each -> text.append(", ")
                        .append(each.getKey())
                        .append(' ')
                        .append(each.getValue().asText()));
        return text.toString();
    }

    private static void line(PrintStream out, String name, String value) {
        out.println(String.format("  %-13s %s", name, value));
    }
}
