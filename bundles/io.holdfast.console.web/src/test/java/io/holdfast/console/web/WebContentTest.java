package io.holdfast.console.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.console.rest.StaticFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebContentTest {

    private static final Pattern REFERENCE =
            Pattern.compile("(?:src|href)=\"([^\"#]+)\"|from '([^']+)'|(?:src|href): '(/[^'#]+)'");

    private final WebContent content = new WebContent();

    @Test
    void servesAPageCompressedTooAndWithItsTag() throws IOException {
        StaticFile page = content.find("/index.html").orElseThrow();

        assertThat(page.contentType()).isEqualTo("text/html;charset=utf-8");
        assertThat(page.entityTag()).matches("\"[0-9a-f]{32}\"");
        byte[] compressed = page.gzip();
        assertThat(compressed).isNotNull();
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
            assertThat(in.readAllBytes()).isEqualTo(page.content());
        }
        assertThat(content.find("/index.html")).containsSame(page);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "",
                "/nothing.html",
                "/js",
                "/js/",
                "/js/nothing.js",
                "/../pde.bnd",
                "/js/../../index.html",
                "/index.html/",
                "//index.html",
                "/index.exe",
                "/io/holdfast/console/web/WebContent.class",
                "/META-INF/MANIFEST.MF",
                "index.html",
                "/%2e%2e/index.html",
                "/index.html\0"
            })
    void servesNothingElse(String path) {
        assertThat(content.find(path)).isEmpty();
    }

    @Test
    void everythingThatAPageRefersToIsThereAndOurs() {
        Set<String> seen = new TreeSet<>();
        Deque<String> open = new ArrayDeque<>(Set.of("/index.html"));
        while (!open.isEmpty()) {
            String path = open.pop();
            if (!seen.add(path)) {
                continue;
            }
            StaticFile file = content.find(path).orElseThrow(() -> new AssertionError(path + " is not there"));
            Matcher references = REFERENCE.matcher(new String(file.content(), StandardCharsets.UTF_8));
            while (references.find()) {
                for (int group = 1; group <= references.groupCount(); group++) {
                    String reference = references.group(group);
                    if (reference != null && !reference.equals("/")) {
                        assertThat(reference).as("reference in %s", path).doesNotContain("//");
                        open.push(
                                reference.startsWith("./")
                                        ? path.substring(0, path.lastIndexOf('/')) + reference.substring(1)
                                        : reference);
                    }
                }
            }
        }
        assertThat(seen).contains("/console.css", "/mark.svg", "/js/main.js", "/js/actions.js");
    }

    @Test
    void pagesHaveNothingInlineThatThePolicyForbids() {
        String index = new String(content.find("/index.html").orElseThrow().content(), StandardCharsets.UTF_8);

        assertThat(index)
                .doesNotContain("<style", "style=", "onclick", "javascript:")
                .containsOnlyOnce("<script")
                .contains("lang=\"en\"");
    }
}
