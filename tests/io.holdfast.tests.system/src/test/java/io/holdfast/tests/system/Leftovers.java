package io.holdfast.tests.system;

import io.holdfast.harness.ProcessTools;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Guards and replicas, which rightly outlive the appliance that has started them. */
final class Leftovers {

    private Leftovers() {}

    /** Kills what names a folder on its command line and waits for its end. */
    static void end(Path folder) throws IOException {
        List<Long> processes = ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .filter(process -> process.info()
                        .commandLine()
                        .filter(line -> line.contains(folder.toString()))
                        .isPresent())
                .map(ProcessHandle::pid)
                .toList();
        if (!processes.isEmpty()) {
            ProcessTools.signal("KILL", processes);
        }
    }
}
