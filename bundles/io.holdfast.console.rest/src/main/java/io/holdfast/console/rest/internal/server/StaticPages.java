package io.holdfast.console.rest.internal.server;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.console.rest.StaticContent;
import io.holdfast.console.rest.StaticFile;
import io.holdfast.console.rest.internal.http.Failures;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Serves the pages of whoever registered some. Answers from memory and never blocks. Pages may come and go while the server runs: the API
 * does not depend on them.
 */
final class StaticPages {

    private static final String INDEX = "/index.html";
    private static final int NOT_MODIFIED = 304;

    private final AtomicReference<@Nullable StaticContent> content = new AtomicReference<>();

    /** Serves these pages from now on. */
    void use(StaticContent added) {
        content.set(added);
    }

    /** Stops serving these pages, unless others have taken their place. */
    void forget(StaticContent removed) {
        content.compareAndSet(removed, null);
    }

    /** Answers a request. */
    void answer(Request request, Response response, Callback callback, Responder responder) {
        String path = new JettyIncoming(request).path();
        Optional<StaticFile> found = find(path);
        String method = request.getMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            HoldfastException error = new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, path, method + " is not possible here; expected GET");
            responder.write(response, Failures.reply(405, error), callback);
        } else if (found.isPresent()) {
            write(request, response, callback, found.get());
        } else {
            HoldfastException error =
                    new HoldfastException(ErrorCode.NOT_FOUND, path, "there is no such page; the console begins at /");
            responder.write(response, Failures.reply(error), callback);
        }
    }

    private Optional<StaticFile> find(String path) {
        @Nullable StaticContent pages = content.get();
        return pages == null ? Optional.empty() : pages.find(path.equals("/") ? INDEX : path);
    }

    private static void write(Request request, Response response, Callback callback, StaticFile file) {
        HttpFields.Mutable headers = response.getHeaders();
        SecurityHeaders.add(headers);
        headers.put(HttpHeader.CACHE_CONTROL, "no-cache");
        headers.put(HttpHeader.ETAG, file.entityTag());
        headers.put(HttpHeader.VARY, "Accept-Encoding");
        if (lists(request, HttpHeader.IF_NONE_MATCH, file.entityTag())) {
            response.setStatus(NOT_MODIFIED);
            callback.succeeded();
            return;
        }
        headers.put(HttpHeader.CONTENT_TYPE, file.contentType());
        byte @Nullable [] compressed = lists(request, HttpHeader.ACCEPT_ENCODING, "gzip") ? file.gzip() : null;
        if (compressed != null) {
            headers.put(HttpHeader.CONTENT_ENCODING, "gzip");
        }
        byte[] content = compressed == null ? file.content() : compressed;
        headers.put(HttpHeader.CONTENT_LENGTH, content.length);
        response.write(true, ByteBuffer.wrap(content), callback);
    }

    private static boolean lists(Request request, HttpHeader header, String value) {
        List<HttpField> fields = request.getHeaders().getFields(header);
        return fields.stream().anyMatch(field -> field.contains(value));
    }
}
