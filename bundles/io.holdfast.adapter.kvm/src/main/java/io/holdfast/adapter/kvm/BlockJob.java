package io.holdfast.adapter.kvm;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.adapter.kvm.guard.Names;
import io.holdfast.adapter.kvm.qmp.Qmp;
import io.holdfast.adapter.kvm.qmp.QmpCommand;
import io.holdfast.adapter.kvm.qmp.QmpRefusal;
import io.holdfast.base.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A block job inside QEMU.
 *
 * @param id ours begin with {@link Names#CAPTURE_JOB}
 * @param type for example {@code mirror}
 * @param ready whether its target has caught up
 */
record BlockJob(String id, String type, boolean ready) {

    /** Lists all block jobs. */
    static List<BlockJob> list(Qmp qmp, Duration limit) {
        List<BlockJob> jobs = new ArrayList<>();
        try {
            for (JsonNode job : qmp.execute(QmpCommand.of("query-block-jobs"), limit)) {
                jobs.add(new BlockJob(
                        job.path("device").asText(),
                        job.path("type").asText(),
                        job.path("ready").asBoolean()));
            }
        } catch (QmpRefusal e) {
            throw e.as(ErrorCode.INTERNAL, "block jobs");
        }
        return jobs;
    }

    boolean isOurs() {
        return id.startsWith(Names.CAPTURE_JOB);
    }
}
