import 'reflect-metadata';
import { Module, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import { DroverError } from '#lib/foundation';
import { PLUGIN_METADATA, Scheduler, SwapPlanner } from '#lib/plugin-api';
import { PluginHostModule } from './plugin-host.module.js';
import { PluginRegistry } from './plugin.registry.js';

@SwapPlanner('one')
class OnePlanner {}

@SwapPlanner('two')
class TwoPlanner {}

@Scheduler('one')
class OneScheduler {}

@SwapPlanner('one')
class AnotherOne {}

async function registry(...providers: Type[]): Promise<PluginRegistry> {
  class TestModule {}
  Module({ imports: [PluginHostModule], providers })(TestModule);
  const options = { logger: false, abortOnError: false } as const;
  const context = await NestFactory.createApplicationContext(TestModule, options);
  return context.get(PluginRegistry);
}

function codeOf(action: () => unknown): [string, string] | null {
  try {
    action();
    return null;
  } catch (error) {
    if (error instanceof DroverError) return [error.code, error.message];
    throw error;
  }
}

describe('plugin registry', () => {
  it('finds decorated providers by kind and name', async () => {
    const plugins = await registry(OnePlanner, TwoPlanner, OneScheduler);
    expect(plugins.get('planner', 'one')).toBeInstanceOf(OnePlanner);
    expect(plugins.get('scheduler', 'one')).toBeInstanceOf(OneScheduler);
    expect(plugins.names('planner')).toEqual(['one', 'two']);
    expect([...plugins.all('planner').keys()]).toEqual(['one', 'two']);
    expect(plugins.list().map(({ className }) => className)).toHaveLength(3);
  });

  it('lists the names when there is no such plugin', async () => {
    const plugins = await registry(OnePlanner, TwoPlanner);
    const text = 'there is no planner called "three"; there are: one, two';
    expect(codeOf(() => plugins.get('planner', 'three'))).toEqual(['PLUGIN_UNKNOWN', text]);
    const none = 'there is no gpu-probe called "x"; there are: none';
    expect(codeOf(() => plugins.get('gpu-probe', 'x'))).toEqual(['PLUGIN_UNKNOWN', none]);
  });

  it('refuses two plugins of one kind and name', async () => {
    const plugins = await registry(OnePlanner, AnotherOne);
    const text = 'two plugins are the planner "one": OnePlanner and AnotherOne';
    expect(codeOf(() => plugins.list())).toEqual(['PLUGIN_DUPLICATE', text]);
  });

  it('refuses a plugin made for another version of the contract', async () => {
    @SwapPlanner('old')
    class OldPlanner {}
    const metadata = Reflect.getMetadata(PLUGIN_METADATA, OldPlanner) as object;
    Reflect.defineMetadata(PLUGIN_METADATA, { ...metadata, apiVersion: 0 }, OldPlanner);
    const plugins = await registry(OldPlanner);
    const text = 'plugin OldPlanner is made for plugin API version 0, this Drover has version 1';
    expect(codeOf(() => plugins.list())).toEqual(['PLUGIN_INVALID', text]);
  });

  it('refuses a plugin that brings its own copy of the contract', async () => {
    @SwapPlanner('copy')
    class CopyPlanner {}
    const metadata = Reflect.getMetadata(PLUGIN_METADATA, CopyPlanner) as object;
    Reflect.defineMetadata(PLUGIN_METADATA, { ...metadata, copy: Symbol('other') }, CopyPlanner);
    const plugins = await registry(CopyPlanner);
    const [code, text] = codeOf(() => plugins.list())!;
    expect(code).toBe('PLUGIN_INVALID');
    expect(text).toContain('CopyPlanner brings its own copy of drover/plugin-api');
  });
});
