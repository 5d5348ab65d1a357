package org.kjump.machine.cli;

import java.io.PrintStream;
import java.util.Map;
import org.kjump.machine.E820Entry;
import org.kjump.machine.Machine;
import org.kjump.machine.cpu.CpuState;
import org.kjump.machine.cpu.SegmentRegister;

/** The machine as it stands: power, memory, disks, and every register of processor and devices. */
record StatusReport(Machine machine, String kernel) {
    static StatusReport of(Machine machine) {
        return new StatusReport(machine, KernelReport.describe(machine));
    }

    /** On, off, or on with a processor that has stopped for good. */
    private String power() {
        return !machine.poweredOn() ? "off" : machine.cpu().shutdown ? "on, processor stopped" : "on";
    }

    JsonObject json() {
        CpuState cpu = machine.cpu();
        JsonObject segments = new JsonObject();
        cpu.segmentsByName().forEach((name, segment) -> segments.put(name, segment(segment)));
        JsonObject processor = new JsonObject()
                .put("stopped", cpu.shutdown)
                .put("registers", cpu.registers())
                .put("segments", segments)
                .put("timeStamp", cpu.timeStamp);
        JsonObject devices = new JsonObject();
        machine.board().registers().forEach(devices::put);
        return new JsonObject()
                .put("power", machine.poweredOn())
                .put("memory", machine.ram().size())
                .put("kernel", kernel)
                .put("e820", machine.e820(), StatusReport::entry)
                .put("disks", machine.partitions(), this::partition)
                .put("cpu", processor)
                .put("devices", devices);
    }

    private static JsonObject segment(SegmentRegister segment) {
        return new JsonObject()
                .put("selector", segment.selector())
                .put("base", segment.base() & 0xffffffffL)
                .put("limit", segment.limit() & 0xffffffffL)
                .put("access", segment.access());
    }

    private static JsonObject entry(E820Entry entry) {
        return new JsonObject()
                .put("start", entry.start())
                .put("end", entry.end())
                .put("type", entry.type().toString());
    }

    private JsonObject partition(String name) {
        return new JsonObject().put("name", name).put("capacity", machine.capacity(name));
    }

    void print(PrintStream out) {
        out.printf(
                "power %s, memory %d MiB, kernel %s%n", power(), machine.ram().size() >> 20, kernel);
        for (String partition : machine.partitions()) {
            long capacity = machine.capacity(partition);
            out.printf(
                    "disk %s: %s%n",
                    partition, capacity == Long.MAX_VALUE ? "as large as the host allows" : capacity + " bytes");
        }
        out.println(machine.cpu().describe());
        for (Map.Entry<String, Map<String, Integer>> device :
                machine.board().registers().entrySet()) {
            out.print(device.getKey() + ":");
            device.getValue().forEach((name, value) -> out.printf(" %s=%02x", name, value));
            out.println();
        }
    }
}
