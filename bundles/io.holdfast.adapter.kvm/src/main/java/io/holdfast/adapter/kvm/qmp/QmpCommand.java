package io.holdfast.adapter.kvm.qmp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A command and its arguments, written as a sentence: {@code QmpCommand.of("block-job-cancel").with("device", id)}. Immutable.
 *
 * @since 1.0
 */
public final class QmpCommand {

    private final String name;
    private final ObjectNode arguments;

    private QmpCommand(String name, ObjectNode arguments) {
        this.name = name;
        this.arguments = arguments;
    }

    /**
     * A command without arguments.
     *
     * @param name as QEMU calls it
     * @return the command
     */
    public static QmpCommand of(String name) {
        return new QmpCommand(name, JsonNodeFactory.instance.objectNode());
    }

    /**
     * Adds an argument.
     *
     * @param argument as QEMU calls it
     * @param value text
     * @return a command with it
     */
    public QmpCommand with(String argument, String value) {
        return with(argument, JsonNodeFactory.instance.textNode(value));
    }

    /**
     * Adds an argument.
     *
     * @param argument as QEMU calls it
     * @param value number
     * @return a command with it
     */
    public QmpCommand with(String argument, long value) {
        return with(argument, JsonNodeFactory.instance.numberNode(value));
    }

    /**
     * Adds an argument.
     *
     * @param argument as QEMU calls it
     * @param value truth
     * @return a command with it
     */
    public QmpCommand with(String argument, boolean value) {
        return with(argument, JsonNodeFactory.instance.booleanNode(value));
    }

    /**
     * Adds an argument.
     *
     * @param argument as QEMU calls it
     * @param value object or list; not changed afterwards
     * @return a command with it
     */
    public QmpCommand with(String argument, JsonNode value) {
        ObjectNode more = arguments.deepCopy();
        more.set(argument, value);
        return new QmpCommand(name, more);
    }

    /**
     * Names the command.
     *
     * @return as QEMU calls it
     */
    public String name() {
        return name;
    }

    /**
     * Copies the arguments, for example for an action of a {@code transaction}.
     *
     * @return an object of the caller's own
     */
    public ObjectNode arguments() {
        return arguments.deepCopy();
    }

    /**
     * Writes the command as a message.
     *
     * @param id given back in the answer
     * @param outOfBand whether it overtakes what the monitor is busy with
     * @return the message
     */
    ObjectNode message(String id, boolean outOfBand) {
        ObjectNode message = JsonNodeFactory.instance.objectNode();
        message.put(outOfBand ? "exec-oob" : "execute", name);
        if (!arguments.isEmpty()) {
            message.set("arguments", arguments);
        }
        message.put("id", id);
        return message;
    }

    /**
     * Writes the command as a line to be passed on.
     *
     * @param id given back in the answer
     * @return JSON without a line feed
     */
    public String toLine(String id) {
        return message(id, false).toString();
    }

    @Override
    public String toString() {
        return arguments.isEmpty() ? name : name + arguments;
    }
}
