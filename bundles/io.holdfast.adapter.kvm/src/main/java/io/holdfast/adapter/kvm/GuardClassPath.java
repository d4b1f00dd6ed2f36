package io.holdfast.adapter.kvm;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.adapter.CaptureHeartbeat;
import io.holdfast.adapter.kvm.guard.GuardMain;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.io.File;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Where the guard's classes are: the files that this process itself loaded them from, be it bundles in a framework or a plain class path.
 */
final class GuardClassPath {

    /** One class of each file that the guard needs. */
    private static final List<Class<?>> NEEDED = List.of(
            GuardMain.class,
            CaptureHeartbeat.class,
            HoldfastException.class,
            ObjectMapper.class,
            JsonFactory.class,
            JsonProperty.class);

    /** Where a bundle that is run from its project folder keeps its classes. */
    private static final String PROJECT_OUTPUT = "target/classes";

    private GuardClassPath() {}

    /**
     * Finds the files.
     *
     * @return for {@code java -cp}
     * @throws HoldfastException {@code INTERNAL} naming the class whose file is unknown
     */
    static String find() {
        Set<String> files = new LinkedHashSet<>();
        for (Class<?> needed : NEEDED) {
            files.add(fileOf(needed).toString());
        }
        return String.join(File.pathSeparator, files);
    }

    private static Path fileOf(Class<?> needed) {
        CodeSource source = needed.getProtectionDomain().getCodeSource();
        URL location = source == null ? null : source.getLocation();
        if (location == null) {
            throw new HoldfastException(
                    ErrorCode.INTERNAL, needed.getName(), "its class file comes from nowhere; expected a jar file");
        }
        return fileAt(location.toString(), needed.getName());
    }

    /** Reads a location such as {@code file:/a/b.jar}, {@code reference:file:/a/b.jar} or {@code initial@reference:file:b.jar}. */
    static Path fileAt(String location, String className) {
        String address = location.substring(Math.max(0, location.indexOf("file:")));
        try {
            URI uri = new URI(address.replace(" ", "%20"));
            Path file = uri.isOpaque() ? Path.of(uri.getSchemeSpecificPart()) : Path.of(uri);
            if (Files.isDirectory(file) && !Files.exists(file.resolve(className.replace('.', '/') + ".class"))) {
                return file.resolve(PROJECT_OUTPUT).toAbsolutePath();
            }
            return file.toAbsolutePath();
        } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
            throw new HoldfastException(
                    ErrorCode.INTERNAL, className, location + " is no file; expected a jar file or folder", e);
        }
    }
}
