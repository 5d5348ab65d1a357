package org.kjump.machine.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kjump.machine.device.Board;
import org.kjump.machine.memory.Ram;

/** Single instructions; results and flags are those of the Intel manual, worked out by hand. */
class ProcessorTest {
    private static final int CODE = 0x1000;
    private static final int STACK = 0x8000;
    private static final int ARITHMETIC = 0x8d5;

    private final Ram ram = new Ram(1 << 24);
    private final CpuState state = new CpuState();

    private Exit run(String hex) {
        byte[] code = HexFormat.of().parseHex(hex.replace(" ", ""));
        ram.write(CODE, ByteBuffer.wrap(code));
        ram.setU8(CODE + code.length, 0xf4); // hlt
        state.eip = CODE;
        state.general[CpuState.ESP] = STACK;
        return new Processor(ram, new Board(), state).run(1000);
    }

    /** EAX and EBX before, code, EAX and the arithmetic flags behind: CF 1, PF 4, AF 10, ZF 40, SF 80, OF 800. */
    @ParameterizedTest
    @CsvSource({
        "7fffffff, 1, 01 d8, 80000000, 894", // add: signed overflow, AF, SF, PF
        "ffffffff, 1, 01 d8, 0, 55", // add: carry, zero
        "0, 1, 29 d8, ffffffff, 95", // sub: borrow
        "80000000, 1, 29 d8, 7fffffff, 814", // sub: overflow
        "f0f0, ff00, 21 d8, f000, 4", // and
        "12, 12, 31 d8, 0, 44", // xor
        "80000001, 0, d1 c0, 3, 801", // rol 1
        "1, 0, d1 c8, 80000000, 801", // ror 1
        "80000001, 0, d1 e8, 40000000, 805", // shr 1
        "80000001, 0, d1 f8, c0000000, 85", // sar 1
        "40000000, 0, d1 e0, 80000000, 884", // shl 1
        "12345678, 0, 0f c8, 78563412, 0", // bswap
        "ff, 0, fe c0, 0, 54", // inc al keeps CF
        "12ff, 0, 66 98, ffff, 0", // cbw: al sign-extended into ax
        "80, 0, 0f be c0, ffffff80, 0", // movsx eax, al
        "7, 6, 0f af c3, 2a, 0", // imul
        "10000, 10000, f7 e3, 0, 801", // mul: upper half used
    })
    void arithmetic(String eax, String ebx, String code, String result, String flags) {
        state.general[CpuState.EAX] = Integer.parseUnsignedInt(eax, 16);
        state.general[CpuState.EBX] = Integer.parseUnsignedInt(ebx, 16);
        assertThat(run(code)).isInstanceOf(Exit.Halted.class);
        assertThat(Integer.toHexString(state.general[CpuState.EAX])).isEqualTo(result);
        int undefined = code.startsWith("f7 e3") || code.startsWith("0f af") ? 0xd4 : 0;
        assertThat(Integer.toHexString(state.eflags & ARITHMETIC & ~undefined)).isEqualTo(flags);
    }

    @Test
    void divisionGivesQuotientAndRemainder() {
        state.general[CpuState.EAX] = 100;
        run("31 d2 b9 07 00 00 00 f7 f1"); // xor edx,edx; mov ecx,7; div ecx
        assertThat(state.general[CpuState.EAX]).isEqualTo(14);
        assertThat(state.general[CpuState.EDX]).isEqualTo(2);
    }

    @Test
    void divisionByZeroWithoutHandlersIsATripleFault() {
        Exit exit = run("31 c9 f7 f1");
        assertThat(exit).isInstanceOf(Exit.TripleFault.class);
        assertThat(((Exit.TripleFault) exit).report())
                .contains("#DE divide error")
                .contains("eip=00001002");
        assertThat(state.shutdown).isTrue();
    }

    @Test
    void callAndReturnUseTheStack() {
        run("e8 01 00 00 00 f4 b8 2a 00 00 00 c3"); // call +1; hlt; mov eax,42; ret
        assertThat(state.general[CpuState.EAX]).isEqualTo(42);
        assertThat(state.general[CpuState.ESP]).isEqualTo(STACK);
    }

    @Test
    void aBackwardShortJumpLoops() {
        state.general[CpuState.ECX] = 5;
        run("40 49 74 02 eb fa"); // inc eax; dec ecx; jz +2; jmp -6
        assertThat(state.general[CpuState.EAX]).isEqualTo(5);
    }

    @Test
    void repMovsdCopiesAndLeavesTheRegistersBehindTheEnd() {
        ram.setU32(0x2000, 0x11111111);
        ram.setU32(0x2004, 0x22222222);
        run("be 00 20 00 00 bf 00 30 00 00 b9 02 00 00 00 fc f3 a5");
        assertThat(ram.u32(0x3004)).isEqualTo(0x22222222);
        assertThat(state.general[CpuState.ESI]).isEqualTo(0x2008);
        assertThat(state.general[CpuState.ECX]).isZero();
    }

    @Test
    void aSegmentLoadBeyondTheTableIsAGeneralProtectionFault() {
        state.gdtLimit = 0;
        Exit exit = run("b8 68 00 00 00 8e d0"); // mov eax,68; mov ss,ax
        assertThat(((Exit.TripleFault) exit).report()).contains("#GP general protection, error code 0x68");
    }

    /** A directory with one 4 MiB page for 0xc0000000 and one for the code; the write is seen through both. */
    @Test
    void pagingTranslatesLargePagesAndSetsDirty() {
        ram.setU32(0x10000, 0x83);
        ram.setU32(0x10000 + 4 * 768, 0x83);
        run("""
                b8 10 00 00 00 0f 22 e0
                b8 00 00 01 00 0f 22 d8
                0f 20 c0 0d 00 00 00 80 0f 22 c0
                c7 05 00 40 00 c0 78 56 34 12
                """.replace("\n", ""));
        assertThat(ram.u32(0x4000)).isEqualTo(0x12345678);
        assertThat(ram.u32(0x10000 + 4 * 768) & 0x60).isEqualTo(0x60);
    }

    @Test
    void aPageThatIsNotThereIsAPageFaultWithItsAddress() {
        ram.setU32(0x10000, 0x83);
        Exit exit =
                run("b8 10 00 00 00 0f 22 e0 b8 00 00 01 00 0f 22 d8 0f 20 c0 0d 00 00 00 80 0f 22 c0 a1 00 00 00 c0");
        assertThat(((Exit.TripleFault) exit).report()).contains("#PF page fault, error code 0x0");
        assertThat(state.cr2).isEqualTo(0xc0000000);
    }

    @Test
    void aVmcallHandsOverAndChangesNothing() {
        Exit exit = run("0f 01 c1 01 00 00 00");
        assertThat(exit).isEqualTo(new Exit.Handover(CODE));
        assertThat(state.eip).isEqualTo(CODE);
    }

    /** The byte behind the store is inc eax (40) until the store makes it dec eax (48). */
    @Test
    void codeThatChangesCodeRunsAsChanged() {
        run("c6 05 07 10 00 00 48 40");
        assertThat(state.general[CpuState.EAX]).isEqualTo(-1);
    }
}
