package io.holdfast.console.rest.internal.api;

import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.configserver.AccessControl;
import io.holdfast.configserver.ControlEvent;
import io.holdfast.configserver.EventSubscription;
import io.holdfast.console.rest.internal.http.EventFeed;
import io.holdfast.console.rest.internal.http.SignedIn;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Changes as messages. The first message says that the reader should read everything now, because what happened before is not told; so a
 * reader that comes back is right again whatever it missed. The stream ends with the session of its reader.
 */
final class ControlFeed implements EventFeed {

    /** How often the session is looked at: a user who was deleted sees nothing more after so long. */
    private static final long SESSION_CHECK_NANOS = TimeUnit.SECONDS.toNanos(15);

    private static final Message BEGIN = new Message("begin", Map.of());

    private final EventSubscription subscription;
    private final AccessControl access;
    private final SignedIn reader;
    private long checkedNanos = System.nanoTime();
    private boolean begun;

    ControlFeed(EventSubscription subscription, AccessControl access, SignedIn reader) {
        this.subscription = subscription;
        this.access = access;
        this.reader = reader;
    }

    @Override
    public Optional<Message> next(long waitMillis) throws InterruptedException {
        if (!begun) {
            begun = true;
            return Optional.of(BEGIN);
        }
        return subscription.next(waitMillis).map(ControlFeed::message);
    }

    @Override
    public boolean open() {
        return subscription.open() && sessionGoesOn();
    }

    @Override
    public void close() {
        subscription.close();
    }

    private boolean sessionGoesOn() {
        long now = System.nanoTime();
        if (now - checkedNanos < SESSION_CHECK_NANOS) {
            return true;
        }
        checkedNanos = now;
        try {
            access.authenticate(reader.token(), reader.caller().origin());
            return true;
        } catch (HoldfastException _) {
            return false;
        }
    }

    private static Message message(ControlEvent event) {
        return switch (event) {
            case ControlEvent.MachineChanged changed -> new Message("machine", changed.machine());
            case ControlEvent.MachineRemoved removed -> new Message("machine-removed", new Removed(removed.machine()));
            case ControlEvent.JobChanged changed -> new Message("job", JobBody.of(changed.job()));
            case ControlEvent.AgentChanged changed -> new Message("agent", changed.agent());
            case ControlEvent.StoreAlarm alarm -> new Message("store", alarm);
            case ControlEvent.Lost() -> BEGIN;
        };
    }

    record Removed(MachineId machine) {}
}
