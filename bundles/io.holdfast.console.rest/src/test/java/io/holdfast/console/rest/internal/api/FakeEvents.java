package io.holdfast.console.rest.internal.api;

import io.holdfast.configserver.Caller;
import io.holdfast.configserver.ControlEvent;
import io.holdfast.configserver.EventControl;
import io.holdfast.configserver.EventSubscription;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Subscriptions that a test can publish to. */
final class FakeEvents implements EventControl {

    final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

    void publish(ControlEvent event) {
        subscriptions.forEach(subscription -> subscription.queue.add(Optional.of(event)));
    }

    @Override
    public EventSubscription subscribe(Caller caller) {
        Subscription subscription = new Subscription();
        subscriptions.add(subscription);
        return subscription;
    }

    final class Subscription implements EventSubscription {

        private final LinkedBlockingQueue<Optional<ControlEvent>> queue = new LinkedBlockingQueue<>();
        private volatile boolean open = true;

        @Override
        public Optional<ControlEvent> next(long waitMillis) throws InterruptedException {
            Optional<ControlEvent> next = queue.poll(waitMillis, TimeUnit.MILLISECONDS);
            return next == null ? Optional.empty() : next;
        }

        @Override
        public boolean open() {
            return open;
        }

        @Override
        public void close() {
            open = false;
            subscriptions.remove(this);
            queue.add(Optional.empty());
        }
    }
}
