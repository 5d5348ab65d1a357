package org.kjump.machine.cpu;

import static org.kjump.machine.cpu.OpcodeTable.last;
import static org.kjump.machine.cpu.OpcodeTable.row;

import java.util.Locale;

/** The rows of what only a kernel uses. */
final class SystemInstructions {
    private SystemInstructions() {}

    static void define() {
        segments();
        farTransfers();
        ports();
        controlRegisters();
        descriptorTables();
        for (int opcode = 0xd8; opcode <= 0xdf; opcode++) {
            row(String.format(Locale.ROOT, "%02x /r", opcode), "Ev", ControlRegisters::escape);
        }
        row("9b", "", ControlRegisters::wait);
    }

    private static void segments() {
        row("8c /r", "Ev", Moves::fromSegment);
        row("8e /r", "Ew", Moves::toSegment);
        row("06", "", Stack::pushSegment);
        row("0e", "", Stack::pushSegment);
        row("16", "", Stack::pushSegment);
        row("1e", "", Stack::pushSegment);
        row("0f a0", "", Stack::pushSegment);
        row("0f a8", "", Stack::pushSegment);
        row("07", "", Stack::popSegment);
        row("17", "", Stack::popSegment);
        row("1f", "", Stack::popSegment);
        row("0f a1", "", Stack::popSegment);
        row("0f a9", "", Stack::popSegment);
    }

    private static void farTransfers() {
        last("9a", "A", FarTransfers::call);
        last("ea", "A", FarTransfers::jmp);
        last("ff /3", "Mv", FarTransfers::callIndirect);
        last("ff /5", "Mv", FarTransfers::jmpIndirect);
        last("ca", "Xv,Iw", FarTransfers::ret);
        last("cb", "", FarTransfers::ret);
        last("cc", "", FarTransfers::breakpoint);
        last("cd", "Ib", FarTransfers::interrupt);
        last("ce", "", FarTransfers::overflow);
        last("cf", "", FarTransfers::iret);
        last("f4", "", FarTransfers::halt);
        last("0f 01 c1", "", FarTransfers::handOver);
    }

    private static void ports() {
        row("e4", "Ib", Ports::in);
        row("e5", "eAX,Ib", Ports::in);
        row("e6", "Ib", Ports::out);
        row("e7", "eAX,Ib", Ports::out);
        row("ec", "Xb", Ports::inFromDx);
        row("ed", "Xv", Ports::inFromDx);
        row("ee", "Xb", Ports::outToDx);
        row("ef", "Xv", Ports::outToDx);
    }

    private static void controlRegisters() {
        row("0f 20 /r", "Rd", ControlRegisters::fromControl);
        last("0f 22 /r", "Rd", ControlRegisters::toControl);
        row("0f 21 /r", "Rd", ControlRegisters::fromDebug);
        row("0f 23 /r", "Rd", ControlRegisters::toDebug);
        row("0f 06", "", ControlRegisters::clts);
        row("0f 01 /4", "Ew", ControlRegisters::smsw);
        row("0f 01 /6", "Ew", ControlRegisters::lmsw);
        last("0f 01 /7", "M", ControlRegisters::invlpg);
        row("0f 08", "", Moves::nothing); // INVD and WBINVD: there are no caches
        row("0f 09", "", Moves::nothing);
        row("0f 18 /r", "M", Moves::nothing); // PREFETCH
        row("0f 30", "", ControlRegisters::wrmsr);
        last("0f 31", "", ControlRegisters::rdtsc);
        last("0f 32", "", ControlRegisters::rdmsr);
        row("0f a2", "", ControlRegisters::cpuid);
    }

    private static void descriptorTables() {
        row("0f 00 /0", "Ev", DescriptorTables::sldt);
        row("0f 00 /1", "Ev", DescriptorTables::str);
        row("0f 00 /2", "Ew", DescriptorTables::lldt);
        row("0f 00 /3", "Ew", DescriptorTables::ltr);
        row("0f 01 /0", "M", DescriptorTables::sgdt);
        row("0f 01 /1", "M", DescriptorTables::sidt);
        row("0f 01 /2", "M", DescriptorTables::lgdt);
        row("0f 01 /3", "M", DescriptorTables::lidt);
    }
}
