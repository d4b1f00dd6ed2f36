package io.holdfast.adapter.kvm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.adapter.kvm.CaptureWatch.Break;
import io.holdfast.adapter.kvm.CaptureWatch.End;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CaptureWatchTest {

    private final CaptureWatch watch = new CaptureWatch();

    @Test
    void claimsNothingWithoutACapture() {
        assertThat(watch.objection()).hasValue("no capture runs");
        assertThat(watch.sourceEnded()).isEqualTo(new End(false, false));
        assertThat(watch.event("BLOCK_JOB_ERROR", job("x"))).isEmpty();
    }

    @Test
    void isWholeAsLongAsNoEventSpeaksAgainstIt() {
        begin();
        watch.event("BLOCK_JOB_READY", job("job-a"));
        watch.event("BLOCK_JOB_COMPLETED", job("of-somebody-else"));

        assertThat(watch.objection()).isEmpty();
        assertThat(watch.sourceEnded()).isEqualTo(new End(true, false));
    }

    @Test
    void aFailedWriteBreaksItOnce() {
        begin();

        assertThat(watch.event("BLOCK_JOB_ERROR", job("job-b").put("operation", "write")))
                .hasValue(new Break("b", "QEMU could not write to the capture server"));
        assertThat(watch.event("BLOCK_JOB_COMPLETED", job("job-b").put("error", "Input/output error")))
                .isEmpty();
        assertThat(watch.objection()).isPresent();
        assertThat(watch.sourceEnded().captureUnbroken()).isFalse();
    }

    @Test
    void aMirrorThatSomebodyEndsBreaksIt() {
        begin();

        assertThat(watch.event("BLOCK_JOB_CANCELLED", job("job-a"))).isPresent();
    }

    @Test
    void whatWeEndOurselvesIsNoBreak() {
        begin();
        watch.end();

        assertThat(watch.event("BLOCK_JOB_COMPLETED", job("job-a"))).isEmpty();
        assertThat(watch.isCapturing()).isFalse();
    }

    @Test
    void aMirrorEndedByAQemuOnItsWayOutIsWholeUpToTheEnd() {
        begin();
        watch.event("SHUTDOWN", JsonNodeFactory.instance.objectNode());

        assertThat(watch.event("BLOCK_JOB_CANCELLED", job("job-a"))).isEmpty();
        assertThat(watch.objection()).as("nothing is provable meanwhile").isPresent();
        assertThat(watch.sourceEnded()).isEqualTo(new End(true, true));
    }

    @Test
    void aMirrorEndedBeforeAGuestGoesOnIsABreak() {
        begin();
        watch.event("SHUTDOWN", JsonNodeFactory.instance.objectNode());
        watch.event("BLOCK_JOB_CANCELLED", job("job-a"));

        assertThat(watch.event("RESUME", JsonNodeFactory.instance.objectNode())).isPresent();
        assertThat(watch.sourceEnded()).isEqualTo(new End(false, false));
    }

    @Test
    void aMirrorThatFailsDuringAShutdownIsABreak() {
        begin();
        watch.event("SHUTDOWN", JsonNodeFactory.instance.objectNode());

        assertThat(watch.event("BLOCK_JOB_COMPLETED", job("job-a").put("error", "Input/output error")))
                .isPresent();
        assertThat(watch.sourceEnded()).isEqualTo(new End(false, true));
    }

    @Test
    void aShutdownThatDoesNotComeIsSettledByAnAnswer() {
        begin();
        watch.event("SHUTDOWN", JsonNodeFactory.instance.objectNode());
        watch.event("BLOCK_JOB_CANCELLED", job("job-a"));

        assertThat(watch.isUnsettled()).isTrue();
        assertThat(watch.settle()).isPresent();
        assertThat(watch.settle()).isEmpty();
    }

    @Test
    void missedEventsForbidTheClaimUntilQemusStateWasSeen() {
        begin();
        watch.eventsMissed();
        assertThat(watch.sourceEnded().captureUnbroken()).isFalse();

        watch.seenWhole();
        assertThat(watch.sourceEnded().captureUnbroken()).isTrue();
    }

    @Test
    void aNewCaptureStartsClean() {
        begin();
        watch.event("BLOCK_JOB_ERROR", job("job-a"));
        begin();

        assertThat(watch.objection()).isEmpty();
    }

    private void begin() {
        watch.begin(Map.of("job-a", "a", "job-b", "b"));
    }

    private static ObjectNode job(String id) {
        return JsonNodeFactory.instance.objectNode().put("device", id);
    }
}
