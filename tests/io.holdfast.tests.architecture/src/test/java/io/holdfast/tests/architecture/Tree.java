package io.holdfast.tests.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The repository as the rules see it. */
final class Tree {

    static final Path ROOT = Path.of(System.getProperty("holdfast.root"));

    private Tree() {}

    static List<Path> bundles() {
        return list(ROOT.resolve("bundles")).stream()
                .filter(path -> Files.exists(path.resolve("pde.bnd")))
                .toList();
    }

    static JavaClasses classes() {
        return new ClassFileImporter()
                .importPaths(bundles().stream()
                        .map(path -> path.resolve("target/classes"))
                        .toList());
    }

    static List<Path> files(Path folder, String suffix) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(path -> path.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> children = Files.list(folder)) {
            return children.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
