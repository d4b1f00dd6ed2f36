package io.holdfast.tests.system;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.harness.appliance.Api;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The bundles of a running node as its interface shows them, and those of the product as they lie on the disk. */
final class Bundles {

    private static final Pattern COMPONENT = Pattern.compile("<scr:component [^>]*\\bname=\"([^\"]+)\"");
    private static final Duration SETTLED_MAX = Duration.ofSeconds(60);

    private Bundles() {}

    /** Component names by bundle, as the product's own jars declare them. */
    static Map<String, Set<String>> declared() throws IOException {
        Map<String, Set<String>> byBundle = new TreeMap<>();
        try (Stream<Path> jars = Files.list(Nodes.PRODUCT.resolve("plugins"))) {
            for (Path path : jars.filter(jar -> jar.getFileName().toString().startsWith("io.holdfast."))
                    .toList()) {
                try (JarFile jar = new JarFile(path.toFile())) {
                    Manifest manifest = jar.getManifest();
                    byBundle.put(manifest.getMainAttributes().getValue("Bundle-SymbolicName"), components(jar));
                }
            }
        }
        return byBundle;
    }

    private static Set<String> components(JarFile jar) throws IOException {
        Set<String> names = new TreeSet<>();
        String files = jar.getManifest().getMainAttributes().getValue("Service-Component");
        for (String file : files == null ? new String[0] : files.split(",")) {
            try (InputStream in = jar.getInputStream(jar.getJarEntry(file.trim()))) {
                String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                COMPONENT.matcher(text).results().map(found -> found.group(1)).forEach(names::add);
            }
        }
        return names;
    }

    /** Component names by bundle, as the running node lists them. */
    static Map<String, Set<String>> listed(Api api) throws IOException, InterruptedException {
        Map<String, Set<String>> byBundle = new TreeMap<>();
        for (JsonNode bundle : api.get("/bundles")) {
            Set<String> names = new TreeSet<>();
            bundle.path("components").forEach(one -> names.add(one.path("name").asText()));
            byBundle.put(bundle.path("name").asText(), names);
        }
        return byBundle;
    }

    /** What does not run although it should: one line for each bundle and component. */
    static List<String> trouble(JsonNode bundles) {
        List<String> lines = new ArrayList<>();
        for (JsonNode bundle : bundles) {
            if (!bundle.path("state").asText().equals("RUNNING")) {
                lines.add(bundle.path("name").asText() + " is "
                        + bundle.path("state").asText());
            }
            for (JsonNode component : bundle.path("components")) {
                if (!Set.of("ACTIVE", "SATISFIED")
                        .contains(component.path("state").asText())) {
                    lines.add(component.toString());
                }
            }
        }
        return lines;
    }

    /** Names of the bundles that may be restarted while the node runs. */
    static List<String> restartable(Api api) throws IOException, InterruptedException {
        List<String> names = new ArrayList<>();
        for (JsonNode bundle : api.get("/bundles")) {
            if (!bundle.path("handling").asText().equals("FIXED")) {
                names.add(bundle.path("name").asText());
            }
        }
        return names;
    }

    /** Waits until the interface answers and every bundle and component runs. */
    static void awaitWhole(Api api) throws InterruptedException {
        long deadline = System.nanoTime() + SETTLED_MAX.toNanos();
        List<String> last = List.of("not asked yet");
        while (System.nanoTime() < deadline) {
            try {
                last = trouble(api.get("/bundles"));
                if (last.isEmpty()) {
                    return;
                }
            } catch (IOException e) {
                last = List.of("the interface does not answer: " + e);
            }
            Api.await("the next look at the bundles", Duration.ofSeconds(1), () -> true);
        }
        throw new AssertionError("after " + SETTLED_MAX.toSeconds() + " s: " + last);
    }
}
