package io.holdfast.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class BundleTest {

    @Test
    void noBundleIsEmpty() {
        assertThat(Tree.bundles()).isNotEmpty();
        for (Path bundle : Tree.bundles()) {
            assertThat(Tree.files(bundle.resolve("target/classes"), ".class"))
                    .as("classes of %s", bundle.getFileName())
                    .anyMatch(file -> !file.endsWith("package-info.class"));
        }
    }

    @Test
    void everyBundleIsInExactlyOneFeature() {
        String features = Tree.files(Tree.ROOT.resolve("features"), "feature.xml").stream()
                .filter(file -> !file.toString().contains("/target/"))
                .map(Tree::read)
                .collect(Collectors.joining());

        for (Path bundle : Tree.bundles()) {
            assertThat(features.split("plugin id=\"" + bundle.getFileName() + "\"", -1))
                    .as("features that name %s", bundle.getFileName())
                    .hasSize(2);
        }
    }

    @Test
    void everyBundleHasAFixedVersion() {
        for (Path bundle : Tree.bundles()) {
            assertThat(Tree.read(bundle.resolve("pde.bnd")))
                    .as("pde.bnd of %s", bundle.getFileName())
                    .containsPattern("(?m)^Bundle-Version: \\d+\\.\\d+\\.\\d+$");
        }
    }

    @Test
    void everyPackageIsNullMarked() {
        Set<Path> unmarked = new TreeSet<>();
        for (Path bundle : Tree.bundles()) {
            for (Path source : Tree.files(bundle.resolve("src/main/java"), ".java")) {
                Path info = source.resolveSibling("package-info.java");
                if (!Files.exists(info) || !Tree.read(info).contains("@NullMarked")) {
                    unmarked.add(source.getParent());
                }
            }
        }
        assertThat(unmarked).isEmpty();
    }
}
