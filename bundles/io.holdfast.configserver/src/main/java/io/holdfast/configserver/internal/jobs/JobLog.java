package io.holdfast.configserver.internal.jobs;

import io.holdfast.model.ErrorReport;
import io.holdfast.model.Job;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the log says of jobs: their begin, their errors, their end. */
final class JobLog {

    private static final Logger LOG = LoggerFactory.getLogger(JobLog.class);

    private JobLog() {}

    static void started(Job job) {
        LOG.info("job started job={} kind={} machine={} by={}", job.id(), job.kind(), job.machine(), job.startedBy());
    }

    static void state(Job job) {
        ErrorReport error = job.error();
        if (error != null) {
            LOG.warn(
                    "job met an error job={} kind={} machine={} state={} code={} object={} message={}",
                    job.id(),
                    job.kind(),
                    job.machine(),
                    job.state(),
                    error.code(),
                    error.object(),
                    error.message());
        } else if (job.state().ended()) {
            LOG.info("job ended job={} kind={} machine={} state={}", job.id(), job.kind(), job.machine(), job.state());
        }
    }
}
