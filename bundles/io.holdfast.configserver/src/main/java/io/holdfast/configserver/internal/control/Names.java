package io.holdfast.configserver.internal.control;

import io.holdfast.configserver.internal.access.Gate;
import io.holdfast.model.Operation;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What changes are called in the audit log. */
final class Names {

    private Names() {}

    static Gate.Change change(Operation operation, String machine, Map<String, String> arguments) {
        return new Gate.Change(
                "machine." + operation.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                machine,
                arguments.isEmpty() ? "" : new TreeMap<>(arguments).toString());
    }
}
