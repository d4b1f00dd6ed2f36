package io.holdfast.adapter.kvm;

import io.holdfast.adapter.SourceListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what it heard, as words. */
final class RecordingListener implements SourceListener {

    private final List<String> heard = new CopyOnWriteArrayList<>();

    List<String> heard() {
        return heard;
    }

    boolean heard(String beginning) {
        return heard.stream().anyMatch(text -> text.startsWith(beginning));
    }

    @Override
    public void captureBroken(String diskIdentity, String reason) {
        heard.add("broken[" + diskIdentity + "] " + reason);
    }

    @Override
    public void disksChanged(String reason) {
        heard.add("disks " + reason);
    }

    @Override
    public void guestEvent(String event) {
        heard.add("guest " + event);
    }

    @Override
    public void sourceGone(boolean captureUnbroken, boolean clean, String reason) {
        heard.add("gone unbroken=" + captureUnbroken + " clean=" + clean);
    }

    @Override
    public void guardLost(String reason) {
        heard.add("guardLost " + reason);
    }
}
