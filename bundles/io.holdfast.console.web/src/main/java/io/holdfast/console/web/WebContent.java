package io.holdfast.console.web;

import io.holdfast.console.rest.StaticContent;
import io.holdfast.console.rest.StaticFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;

/** The files in {@code www/}, read once each and kept in memory. */
@Component(service = StaticContent.class)
public final class WebContent implements StaticContent {

    /** Names of ours look like this; nothing else reaches the class loader. */
    private static final Pattern PATH = Pattern.compile("(/[a-z0-9][a-z0-9-]*)*/[a-z0-9][a-z0-9-]*\\.[a-z0-9]+");

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html;charset=utf-8",
            "css", "text/css;charset=utf-8",
            "js", "text/javascript;charset=utf-8",
            "svg", "image/svg+xml");

    private final Map<String, StaticFile> files = new ConcurrentHashMap<>();

    @Override
    public Optional<StaticFile> find(String path) {
        StaticFile known = files.get(path);
        if (known != null) {
            return Optional.of(known);
        }
        String contentType = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
        if (contentType == null || !PATH.matcher(path).matches()) {
            return Optional.empty();
        }
        Optional<StaticFile> loaded = load(path, contentType);
        loaded.ifPresent(file -> files.put(path, file));
        return loaded;
    }

    private static Optional<StaticFile> load(String path, String contentType) {
        try (InputStream in = WebContent.class.getResourceAsStream("/www" + path)) {
            if (in == null) {
                return Optional.empty();
            }
            byte[] content = in.readAllBytes();
            byte[] compressed = compress(content);
            byte @Nullable [] smaller = compressed.length < content.length ? compressed : null;
            return Optional.of(new StaticFile(contentType, entityTag(content), content, smaller));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path + " of the bundle", e);
        }
    }

    private static byte[] compress(byte[] content) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write(content);
        }
        return compressed.toByteArray();
    }

    private static String entityTag(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return '"' + HexFormat.of().formatHex(digest, 0, 16) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
