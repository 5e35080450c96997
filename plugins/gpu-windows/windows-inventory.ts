import {
  GpuInventoryItem,
  pciAddressOf,
  toolJson,
  toolText,
  unknownAccelerator,
} from '#lib/plugin-api';
import { MICROSOFT, VENDORS } from './vendors.js';

/** A display adapter as {@link INVENTORY_SCRIPT} prints it. */
interface Adapter {
  readonly name: string;
  readonly id: string;
  readonly driver: string | null;
  readonly memoryBytes: number | null;
  /** Number of the PCI bus. */
  readonly bus: number | null;
  /** Device number in the upper, function in the lower half (DEVPKEY_Device_Address). */
  readonly address: number | null;
}

/**
 * A PowerShell script that prints the display adapters as one line of JSON. Bus and address are asked for
 * as numbers, because the place in words is translated; sizes come from the driver's registry key, because
 * Win32_VideoController counts to 4 GiB only.
 */
export const INVENTORY_SCRIPT = `$ErrorActionPreference='SilentlyContinue'
$class='HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4d36e968-e325-11ce-bfc1-08002be10318}\\0*'
$sizes=@(Get-ItemProperty $class)
function Read-Key($id,$key){(Get-PnpDeviceProperty -InstanceId $id -KeyName $key).Data}
$all=@(Get-CimInstance Win32_VideoController | ForEach-Object {
$c=$_
$s=$sizes | Where-Object {$_.DriverDesc -eq $c.Name} | Select-Object -First 1
@{name=$c.Name;id=$c.PNPDeviceID;driver=$c.DriverVersion;
memoryBytes=$s.'HardwareInformation.qwMemorySize';
bus=(Read-Key $c.PNPDeviceID 'DEVPKEY_Device_BusNumber');
address=(Read-Key $c.PNPDeviceID 'DEVPKEY_Device_Address')}})
ConvertTo-Json -Compress -Depth 3 -InputObject $all`;

/** Reads what {@link INVENTORY_SCRIPT} prints; adapters that are no device are left out. */
export function parseWindowsInventory(output: string): readonly GpuInventoryItem[] {
  return adaptersOf(output)
    .map((adapter) => ({ adapter, vendorId: vendorIdOf(adapter.id) }))
    .filter(({ vendorId }) => vendorId !== null && vendorId !== MICROSOFT)
    .map(({ adapter, vendorId }) => {
      const hasMemory = (adapter.memoryBytes ?? 0) > 0;
      return {
        ...unknownAccelerator(),
        vendor: VENDORS.get(vendorId!) ?? null,
        model: toolText(adapter.name),
        pciAddress: addressOf(adapter),
        memoryKind: hasMemory ? ('dedicated' as const) : ('unknown' as const),
        memoryBytes: hasMemory ? adapter.memoryBytes : null,
        driverVersion: toolText(adapter.driver),
      };
    });
}

/** `PCI\VEN_10DE&DEV_2684&…`; null for an adapter that hangs on no bus. */
function vendorIdOf(id: string | null): number | null {
  const digits = /^PCI\\VEN_([0-9A-F]{4})/i.exec(id ?? '')?.[1];
  return digits === undefined ? null : Number.parseInt(digits, 16);
}

function hex(value: number): string {
  return value.toString(16).padStart(2, '0');
}

function addressOf({ bus, address }: Adapter): string | null {
  if (typeof bus !== 'number' || typeof address !== 'number') return null;
  return pciAddressOf(`${hex(bus)}:${hex(address >>> 16)}.${address & 0xffff}`);
}

/** A list of one is printed without its brackets by some versions of PowerShell. */
function adaptersOf(output: string): readonly Adapter[] {
  const list = toolJson(output) ?? [];
  return (Array.isArray(list) ? list : [list]) as Adapter[];
}
