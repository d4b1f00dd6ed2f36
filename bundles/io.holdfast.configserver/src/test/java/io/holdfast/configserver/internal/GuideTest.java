package io.holdfast.configserver.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.ErrorCode;
import io.holdfast.configserver.internal.agents.AgentBells;
import io.holdfast.configserver.internal.agents.AgentCommands;
import io.holdfast.configserver.internal.agents.StatusBoard;
import io.holdfast.configserver.internal.jobs.Step;
import io.holdfast.configserver.internal.plans.AgentLine;
import io.holdfast.configserver.internal.plans.Plans;
import io.holdfast.configserver.internal.plans.Workplace;
import io.holdfast.model.JobKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The operating guide says what the code does. */
class GuideTest {

    private final String guide;

    GuideTest() throws IOException {
        guide = Files.readString(Path.of(System.getProperty("holdfast.root"), "docs/operating/jobs-and-errors.md"));
    }

    @Test
    void saysOfEveryErrorWhatItIsAndWhatToDo() {
        for (ErrorCode code : ErrorCode.values()) {
            String errorClass = switch (code.errorClass()) {
                case RECOVERABLE -> "recoverable";
                case NON_RECOVERABLE -> "final";
                case REFUSED -> "refused";
            };
            assertThat(guide).contains("| `" + code + "` | " + errorClass + " | " + Fixes.of(code) + " |");
        }
    }

    @Test
    void listsTheStepsOfEveryJob() {
        ManualTime time = new ManualTime();
        FakeStore store = new FakeStore(new KillSwitch());
        MachineDirectory machines = new MachineDirectory(SharedCatalog.emptied(), _ -> {});
        AgentCommands commands = new AgentCommands(SharedCatalog.emptied(), time, new AgentBells()::ring);
        ReplicaWorkshop replicas =
                new ReplicaWorkshop(SharedCatalog.emptied(), store, new Targets(List::of), Path.of("/nowhere"));
        Workplace work =
                new Workplace(machines, store, replicas, new AgentLine(commands, new StatusBoard(time), ":9443"), time);
        Plans plans = new Plans(work, (request, id) -> {
            throw new AssertionError(request + " " + id);
        });
        for (JobKind kind : JobKind.values()) {
            boolean[] forGood = {false};
            String steps = plans.of(kind).steps().stream()
                    .map(step -> emphasised(step, forGood))
                    .collect(Collectors.joining(", "));
            assertThat(guide).contains("| " + kind.title() + " | " + steps + " |");
        }
    }

    private static String emphasised(Step step, boolean[] forGood) {
        boolean first = step.forGood() && !forGood[0];
        forGood[0] |= first;
        return first ? "**" + step.name() + "**" : step.name();
    }
}
