import { describe, expect, it } from 'vitest';
import { INVENTORY_SCRIPT, parseWindowsInventory } from './windows-inventory.js';

const GIB = 1024 ** 3;

/** As PowerShell 5.1 prints it on a machine with two cards, a remote session and a virtual display. */
const OUTPUT = `WARNING: something\r
[{"name":"NVIDIA GeForce RTX 4090","id":"PCI\\\\VEN_10DE&DEV_2684&SUBSYS_51021462&REV_A1\\\\4&2283F625&0&0019",\
"driver":"32.0.15.8088","memoryBytes":25757220864,"bus":1,"address":0},\
{"name":"Intel(R) UHD Graphics 770","id":"PCI\\\\VEN_8086&DEV_4680&SUBSYS_86941043&REV_0C\\\\3&11583659&0&10",\
"driver":"31.0.101.5186","memoryBytes":null,"bus":0,"address":131072},\
{"name":"Microsoft Remote Display Adapter","id":"SWD\\\\REMOTEDISPLAYENUM\\\\RDPIDD","driver":"10.0","memoryBytes":null,"bus":null,"address":null},\
{"name":"Microsoft Hyper-V Video","id":"PCI\\\\VEN_1414&DEV_5353","driver":"10.0","memoryBytes":null,"bus":0,"address":524288}]\r
`;

describe('parseWindowsInventory', () => {
  it('lists the devices with the addresses by which they are joined', () => {
    expect(parseWindowsInventory(OUTPUT)).toMatchObject([
      {
        vendor: 'NVIDIA',
        model: 'NVIDIA GeForce RTX 4090',
        pciAddress: '0000:01:00.0',
        memoryKind: 'dedicated',
        memoryBytes: 25_757_220_864,
        driverVersion: '32.0.15.8088',
      },
      {
        vendor: 'Intel',
        pciAddress: '0000:00:02.0',
        memoryKind: 'unknown',
        memoryBytes: null,
      },
    ]);
  });

  it.each(['', 'Access denied', '[', '[]'])('finds nothing in %j', (output) => {
    expect(parseWindowsInventory(output)).toEqual([]);
  });

  it('asks for numbers where words are translated', () => {
    expect(INVENTORY_SCRIPT).toContain('DEVPKEY_Device_BusNumber');
    expect(INVENTORY_SCRIPT).toContain('HKLM:\\SYSTEM\\CurrentControlSet');
  });

  it('keeps large sizes exact', () => {
    const text = `[{"name":"x","id":"PCI\\\\VEN_1002","memoryBytes":${192 * GIB}}]`;
    expect(parseWindowsInventory(text)).toMatchObject([
      { memoryBytes: 192 * GIB, pciAddress: null },
    ]);
  });
});
