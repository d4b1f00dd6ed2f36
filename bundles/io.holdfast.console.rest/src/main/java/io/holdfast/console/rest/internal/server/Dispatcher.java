package io.holdfast.console.rest.internal.server;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.console.rest.internal.http.Call;
import io.holdfast.console.rest.internal.http.Failures;
import io.holdfast.console.rest.internal.http.Gate;
import io.holdfast.console.rest.internal.http.JsonCodec;
import io.holdfast.console.rest.internal.http.Reply;
import io.holdfast.console.rest.internal.http.Router;
import io.holdfast.console.rest.internal.http.SignedIn;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes each request from Jetty: pages are answered at once, calls of the API on a worker of ours.
 */
final class Dispatcher extends Handler.Abstract.NonBlocking {

    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private final Router router;
    private final Gate gate;
    private final JsonCodec codec;
    private final Responder responder;
    private final StaticPages pages;
    private final Workers workers;

    Dispatcher(Api api, Responder responder, StaticPages pages, Workers workers) {
        this.router = api.router();
        this.gate = api.gate();
        this.codec = api.codec();
        this.responder = responder;
        this.pages = pages;
        this.workers = workers;
    }

    @Override
    @SuppressWarnings("null") // the library says nothing about null; it never passes null here
    public boolean handle(Request request, Response response, Callback callback) {
        JettyIncoming incoming = new JettyIncoming(request);
        if (isBelow(incoming.path(), "/api")) {
            take(workers.forPeople(), incoming, response, callback);
        } else if (isBelow(incoming.path(), "/agent")) {
            take(workers.forAgents(), incoming, response, callback);
        } else {
            pages.answer(request, response, callback, responder);
        }
        return true;
    }

    private void take(Workers.Lane lane, JettyIncoming incoming, Response response, Callback callback) {
        Optional<HoldfastException> refusal = lane.run(place -> serve(incoming, response, callback, place));
        refusal.ifPresent(error -> responder.write(response, Failures.reply(error), callback));
    }

    private void serve(JettyIncoming incoming, Response response, Callback callback, Workers.Place place) {
        try {
            Reply reply;
            try (place) {
                reply = answer(incoming);
            } catch (HoldfastException e) {
                reply = Failures.reply(e);
            }
            incoming.discardBody();
            responder.write(response, reply, callback);
        } catch (HoldfastException e) {
            responder.write(response, Failures.reply(e), callback);
        } catch (RuntimeException | Error e) {
            LOG.error("a call failed method={} path={}", incoming.method(), incoming.path(), e);
            fail(response, callback, e);
        }
    }

    private Reply answer(JettyIncoming incoming) {
        return switch (router.find(incoming.method(), incoming.path())) {
            case Router.NotFound notFound -> Failures.reply(notFound.error());
            case Router.WrongMethod wrong -> new Reply.Failed(405, wrong.error(), Map.of("Allow", wrong.allowed()));
            case Router.Found found -> {
                Optional<SignedIn> signedIn = gate.admit(incoming, found.route());
                yield found.route().action().answer(new Call(incoming, found, signedIn, codec));
            }
        };
    }

    private void fail(Response response, Callback callback, Throwable cause) {
        if (response.isCommitted()) {
            callback.failed(cause);
            return;
        }
        HoldfastException error = new HoldfastException(
                ErrorCode.INTERNAL,
                "server",
                "an error that we did not expect; the log of the appliance has it with its time",
                cause);
        responder.write(response, Failures.reply(error), callback);
    }

    private static boolean isBelow(String path, String folder) {
        return path.startsWith(folder) && (path.length() == folder.length() || path.charAt(folder.length()) == '/');
    }
}
