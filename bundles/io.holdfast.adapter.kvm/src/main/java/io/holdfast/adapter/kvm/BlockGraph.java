package io.holdfast.adapter.kvm;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.adapter.kvm.qmp.Qmp;
import io.holdfast.adapter.kvm.qmp.QmpCommand;
import io.holdfast.adapter.kvm.qmp.QmpRefusal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which job works on which node. No supported command of QEMU tells; this one is marked as experimental, so it serves messages for people
 * only.
 */
final class BlockGraph {

    private final Map<Long, String> jobNames = new HashMap<>();
    private final Map<String, Long> nodeIds = new HashMap<>();
    private final Map<Long, Set<Long>> parents = new HashMap<>();

    private BlockGraph(JsonNode graph) {
        for (JsonNode node : graph.path("nodes")) {
            long id = node.path("id").asLong();
            String name = node.path("name").asText();
            switch (node.path("type").asText()) {
                case "block-job" -> jobNames.put(id, name);
                case "block-driver" -> nodeIds.put(name, id);
                default -> {
                    // a backend: neither a job nor below one
                }
            }
        }
        for (JsonNode edge : graph.path("edges")) {
            parents.computeIfAbsent(edge.path("child").asLong(), _ -> new HashSet<>())
                    .add(edge.path("parent").asLong());
        }
    }

    /** Names of jobs on a node or on a filter above it; empty when QEMU does not tell. */
    static List<String> jobsOn(Qmp qmp, String node, Deadline deadline) {
        try {
            return new BlockGraph(qmp.execute(QmpCommand.of("x-debug-query-block-graph"), deadline.left()))
                    .jobsOn(node);
        } catch (QmpRefusal _) {
            return List.of();
        }
    }

    private List<String> jobsOn(String node) {
        Set<Long> seen = new HashSet<>();
        Long id = nodeIds.get(node);
        if (id != null) {
            climb(id, seen);
        }
        return seen.stream()
                .filter(jobNames::containsKey)
                .map(job -> jobNames.getOrDefault(job, ""))
                .sorted()
                .toList();
    }

    private void climb(long id, Set<Long> seen) {
        if (seen.add(id)) {
            parents.getOrDefault(id, Set.of()).forEach(parent -> climb(parent, seen));
        }
    }
}
