package io.holdfast.adapter.kvm.target;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.adapter.ReplicaDisk;
import io.holdfast.adapter.ReplicaNetwork;
import io.holdfast.adapter.ReplicaPlace;
import io.holdfast.adapter.ReplicaSpec;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.model.Hardware;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The file that makes a folder a replica: one line of JSON, one line with its CRC-32C in eight hexadecimal digits. Replaced as a whole:
 * after a crash it is the old one or the new one.
 */
final class ReplicaStateFile {

    static final int VERSION = 1;

    /** 256 disks with long names stay below a quarter of this. */
    private static final long BYTES_MAX = 1 << 20;

    private static final ObjectMapper JSON = new ObjectMapper();

    private ReplicaStateFile() {}

    /** Reads the state of the replica in a folder, or nothing when there is none. */
    static Optional<ReplicaState> read(ReplicaPlace place) {
        Path file = new ReplicaFiles(place.folder()).state();
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            if (Files.size(file) > BYTES_MAX) {
                throw damaged(file, "longer than " + BYTES_MAX + " bytes");
            }
            ReplicaState state = decode(place, file, checked(file, Files.readString(file)));
            if (!state.spec().place().id().equals(place.id())) {
                throw new HoldfastException(
                        ErrorCode.ALREADY_EXISTS,
                        place.folder().toString(),
                        "holds replica " + state.spec().place().id() + "; expected " + place.id());
            }
            return Optional.of(state);
        } catch (IOException e) {
            throw DiskErrors.of(file, "cannot be read", e);
        }
    }

    /** Replaces the state; durable on return. */
    static void write(ReplicaState state) {
        Path file = new ReplicaFiles(state.spec().place().folder()).state();
        String line = encode(state).toString();
        DurableFiles.replace(file, line + "\n" + crc(line) + "\n");
    }

    private static String checked(Path file, String text) {
        List<String> lines = text.lines().toList();
        if (lines.size() != 2 || !lines.get(1).equals(crc(lines.get(0)))) {
            throw damaged(file, "its checksum does not fit");
        }
        return lines.get(0);
    }

    private static String crc(String line) {
        CRC32C crc = new CRC32C();
        crc.update(line.getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", crc.getValue());
    }

    private static ObjectNode encode(ReplicaState state) {
        ReplicaSpec spec = state.spec();
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("version", VERSION);
        node.put("id", spec.place().id().toString());
        node.put("name", spec.name());
        node.put("processors", spec.hardware().processors());
        node.put("memoryMebibytes", spec.hardware().memoryMebibytes());
        node.put("firmware", spec.hardware().firmware().name());
        node.put("spaceBytes", spec.spaceBytes());
        node.put("bootSign", spec.bootSign());
        if (spec.network() instanceof ReplicaNetwork.Mapped mapped) {
            node.putObject("network")
                    .put("kind", mapped.kind().name())
                    .put("name", mapped.name())
                    .put("macAddress", mapped.macAddress());
        }
        ArrayNode disks = node.putArray("disks");
        for (ReplicaDisk disk : spec.disks()) {
            disks.addObject()
                    .put("identity", disk.identity())
                    .put("sizeBytes", disk.sizeBytes())
                    .put("logicalSectorBytes", disk.logicalSectorBytes())
                    .put("physicalSectorBytes", disk.physicalSectorBytes())
                    .put("baseSocket", disk.baseSocket().toString())
                    .put("exportName", disk.exportName());
        }
        node.put("directIo", state.directIo());
        ArrayNode hydrated = node.putArray("hydratedDisks");
        new TreeSet<>(state.hydratedDisks()).forEach(hydrated::add);
        node.put("destroying", state.destroying());
        return node;
    }

    private static ReplicaState decode(ReplicaPlace place, Path file, String line) {
        try {
            JsonNode node = JSON.readTree(line);
            if (node.path("version").asInt() != VERSION) {
                throw new HoldfastException(
                        ErrorCode.VERSION_UNSUPPORTED,
                        file.toString(),
                        "version " + node.path("version").asText() + "; expected " + VERSION);
            }
            ReplicaSpec spec = new ReplicaSpec(
                    new ReplicaPlace(UUID.fromString(text(file, node, "id")), place.folder()),
                    text(file, node, "name"),
                    new Hardware(
                            required(file, node, "processors").asInt(),
                            required(file, node, "memoryMebibytes").asInt(),
                            Hardware.Firmware.valueOf(text(file, node, "firmware"))),
                    disks(file, node),
                    network(file, node.path("network")),
                    required(file, node, "spaceBytes").asLong(),
                    text(file, node, "bootSign"));
            return new ReplicaState(
                    spec,
                    required(file, node, "directIo").asBoolean(),
                    hydrated(file, node, spec.disks().size()),
                    required(file, node, "destroying").asBoolean());
        } catch (IOException | IllegalArgumentException e) {
            throw damaged(file, String.valueOf(e.getMessage()));
        }
    }

    private static List<ReplicaDisk> disks(Path file, JsonNode node) {
        List<ReplicaDisk> disks = new ArrayList<>();
        for (JsonNode disk : required(file, node, "disks")) {
            disks.add(new ReplicaDisk(
                    text(file, disk, "identity"),
                    required(file, disk, "sizeBytes").asLong(),
                    required(file, disk, "logicalSectorBytes").asInt(),
                    required(file, disk, "physicalSectorBytes").asInt(),
                    Path.of(text(file, disk, "baseSocket")),
                    text(file, disk, "exportName")));
        }
        return disks;
    }

    private static ReplicaNetwork network(Path file, JsonNode node) {
        return node.isMissingNode()
                ? new ReplicaNetwork.Isolated()
                : new ReplicaNetwork.Mapped(
                        ReplicaNetwork.Kind.valueOf(text(file, node, "kind")),
                        text(file, node, "name"),
                        text(file, node, "macAddress"));
    }

    private static Set<Integer> hydrated(Path file, JsonNode node, int disks) {
        Set<Integer> hydrated = new TreeSet<>();
        for (JsonNode disk : required(file, node, "hydratedDisks")) {
            if (disk.asInt(-1) < 0 || disk.asInt() >= disks) {
                throw damaged(file, "hydrated disk " + disk + " of " + disks);
            }
            hydrated.add(disk.asInt());
        }
        return hydrated;
    }

    private static String text(Path file, JsonNode node, String field) {
        return required(file, node, field).asText();
    }

    private static JsonNode required(Path file, JsonNode node, String field) {
        JsonNode value = node.get(field);
        if (value == null) {
            throw damaged(file, field + " is missing");
        }
        return value;
    }

    private static HoldfastException damaged(Path file, String found) {
        return new HoldfastException(
                ErrorCode.REPLICA_INVALID,
                file.toString(),
                found + "; expected the state of a replica as this product writes it");
    }
}
