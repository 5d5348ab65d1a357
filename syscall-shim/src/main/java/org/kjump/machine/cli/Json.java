package org.kjump.machine.cli;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.kjump.machine.Machine;

/** The reports as JSON. Keys and values are our own words, numbers, and text that is escaped here. */
final class Json {
    private Json() {}

    static String text(String value) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char character = value.charAt(i);
            if (character == '"' || character == '\\') {
                quoted.append('\\').append(character);
            } else if (character < ' ') {
                quoted.append("\\u%04x".formatted((int) character));
            } else {
                quoted.append(character);
            }
        }
        return quoted.append('"').toString();
    }

    static String status(Machine machine, String kernel) {
        String devices = machine.board().registers().entrySet().stream()
                .map(device -> text(device.getKey()) + ":" + numbers(device.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
        return "{\"power\":%b,\"memory\":%d,\"kernel\":%s,\"eip\":%d,\"cr3\":%d,\"devices\":%s}"
                .formatted(
                        machine.poweredOn(),
                        machine.ram().size(),
                        text(kernel),
                        machine.cpu().eip & 0xffffffffL,
                        machine.cpu().cr3 & 0xffffffffL,
                        devices);
    }

    private static String numbers(Map<String, Integer> values) {
        return values.entrySet().stream()
                .map(entry -> text(entry.getKey()) + ":" + entry.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    static String tasks(KernelReport report) {
        return report.tasks().stream()
                .map(task -> "{\"pid\":%d,\"comm\":%s,\"state\":%d,\"counter\":%d,\"sha256\":%s,\"pages\":[%s]}"
                        .formatted(
                                task.pid(),
                                text(task.comm()),
                                task.state(),
                                task.counter(),
                                text(task.checksum()),
                                pages(report, task)))
                .collect(Collectors.joining(",\n", "[", "]"));
    }

    private static String pages(KernelReport report, KernelReport.TaskLine task) {
        return task.pages().stream()
                .map(page -> "{\"vaddr\":%d,\"pfn\":%d,\"sha256\":%s}"
                        .formatted(page.vaddr(), page.pfn(), text(report.checksum(page))))
                .collect(Collectors.joining(","));
    }

    static String memory(List<KernelReport.MemoryLine> lines) {
        return lines.stream()
                .map(line -> text(line.name()) + ":" + line.pages())
                .collect(Collectors.joining(",", "{", "}"));
    }
}
