package org.kjump.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kjump.linux.driver.Devices;
import org.kjump.linux.sched.Tasks;
import org.kjump.linux.view.KernelView;
import org.kjump.syscall.Errno;
import org.kjump.syscall.SyscallException;
import org.kjump.vmcore.layout.Struct;

/** A task or a device that will not freeze: what becomes of the jump and of what was frozen before. */
class JumpRefusedTest {
    @ParameterizedTest
    @ValueSource(strings = {"i8259.0", "i8253.0", "rtc_cmos", "serial8250", "0.0", "ne.768"})
    void aDeviceThatRefusesToFreezeStopsTheJumpAndNothingElse(String name) throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            JumpTest.load(machine, "c3");
            machine.kernel(kernel -> refuse(kernel, name));
            byte[] before = JumpTest.taskPages(machine);
            Map<String, Map<String, Integer>> registers = JumpTest.devices(machine);
            SyscallException refused = catchThrowableOfType(SyscallException.class, () -> JumpTest.jump(machine));
            assertThat(refused.errno()).isEqualTo(Errno.EIO);
            String message = name.startsWith("i82")
                    ? "Class suspend failed for " + name
                    : "PM: Device " + name + " failed to freeze: error -5";
            assertThat(machine.console()).contains(message);
            assertThat(JumpTest.devices(machine)).isEqualTo(registers);
            assertThat(JumpTest.taskPages(machine)).isEqualTo(before);
            machine.kernel(kernel -> {
                new Tasks(kernel).tick(1);
                return true;
            });
            assertThat(JumpTest.taskPages(machine)).isNotEqualTo(before);
        }
    }

    private static boolean refuse(KernelView kernel, String name) {
        for (long node : kernel.list(kernel.profile().symbol("dpm_list"))) {
            Struct device = kernel.containing("device", "power.entry", node);
            if (device.string("bus_id").equals(name)) {
                kernel.setU32(device.address() + Devices.REFUSAL, 5);
                return true;
            }
        }
        throw new IllegalArgumentException(name);
    }

    @Test
    void aTaskThatWillNotFreezeStopsTheJumpAndNothingElse() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            JumpTest.load(machine, "c3");
            machine.kernel(kernel -> {
                Struct writer = new Tasks(kernel)
                        .all().stream()
                                .filter(task -> task.string("comm").equals("writer"))
                                .findFirst()
                                .orElseThrow();
                writer.set("state", 2);
                return true;
            });
            byte[] before = JumpTest.taskPages(machine);
            SyscallException refused = catchThrowableOfType(SyscallException.class, () -> JumpTest.jump(machine));
            assertThat(refused.errno()).isEqualTo(Errno.EBUSY);
            assertThat(machine.console())
                    .contains("Freezing of tasks failed after 20.00 seconds (1 tasks refusing to freeze):")
                    .contains(" writer");
            assertThat(JumpTest.taskPages(machine)).isEqualTo(before);
            int frozen = machine.kernel(kernel -> (int) new Tasks(kernel)
                    .all().stream()
                            .filter(task -> (task.get("flags") & 0x10000) != 0)
                            .count());
            assertThat(frozen).isZero();
        }
    }

    /** As the release is: docs/unwinding.md. */
    @Test
    void aKernelWithoutUnwindingLeavesTasksFrozenWhenOneWillNot() throws IOException {
        try (BootedMachine machine = BootedMachine.withoutUnwinding()) {
            JumpTest.load(machine, "c3");
            machine.kernel(kernel -> {
                new Tasks(kernel)
                        .all().stream()
                                .filter(task -> task.string("comm").equals("writer"))
                                .forEach(task -> task.set("state", 2));
                return true;
            });
            SyscallException refused = catchThrowableOfType(SyscallException.class, () -> JumpTest.jump(machine));
            assertThat(refused.errno()).isEqualTo(Errno.EBUSY);
            assertThat(frozen(machine)).contains("init", "counter").doesNotContain("writer", "sh", "kthreadd");
            assertThat(machine.console()).doesNotContain("Restarting tasks");
        }
    }

    @Test
    void aKernelWithoutUnwindingLeavesDevicesOffWhenOneRefuses() throws IOException {
        try (BootedMachine machine = BootedMachine.withoutUnwinding()) {
            JumpTest.load(machine, "c3");
            machine.kernel(kernel -> refuse(kernel, "serial8250"));
            Map<String, Map<String, Integer>> before = JumpTest.devices(machine);
            assertThatThrownBy(() -> JumpTest.jump(machine)).isInstanceOf(SyscallException.class);
            Map<String, Map<String, Integer>> after = JumpTest.devices(machine);
            // The disk and the network card were registered behind the serial port: they are off.
            assertThat(after.get("nic")).isNotEqualTo(before.get("nic"));
            assertThat(after.get("ide")).isNotEqualTo(before.get("ide"));
            assertThat(after.get("rtc")).isEqualTo(before.get("rtc"));
            assertThat(frozen(machine)).isEmpty();
        }
    }

    private static List<String> frozen(BootedMachine machine) {
        return machine.kernel(kernel -> new Tasks(kernel)
                .all().stream()
                        .filter(task -> (task.get("flags") & 0x10000) != 0)
                        .map(task -> task.string("comm"))
                        .toList());
    }
}
