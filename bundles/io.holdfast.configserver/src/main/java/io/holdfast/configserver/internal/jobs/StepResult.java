package io.holdfast.configserver.internal.jobs;

import io.holdfast.model.Evidence;
import io.holdfast.model.Progress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came of running a step once. */
public sealed interface StepResult {

    /**
     * The step has done its work.
     *
     * @param evidence what was found and done
     */
    record Done(List<Evidence> evidence) implements StepResult {

        public Done {
            evidence = List.copyOf(evidence);
        }
    }

    /**
     * Something else has to happen first; the step is run again soon.
     *
     * @param progress how far that is, or null where there is no measure
     */
    record Waiting(@Nullable Progress progress) implements StepResult {}

    /**
     * The step has done its work.
     *
     * @param evidence what was found and done
     * @return the result
     */
    static StepResult done(Evidence... evidence) {
        return new Done(List.of(evidence));
    }

    /**
     * The step waits.
     *
     * @return the result, without progress
     */
    static StepResult waiting() {
        return new Waiting(null);
    }
}
