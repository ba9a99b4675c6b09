import { endpointStories } from './endpoint-stories.ts'
import { healthyStories } from './healthy.ts'
import { networkStories } from './network-stories.ts'
import { signalledStories } from './signalled-stories.ts'
import type { Story } from './story.ts'

export { healthyStories } from './healthy.ts'
export type { Story } from './story.ts'
export const stories: readonly Story[] = [...healthyStories, ...signalledStories, ...networkStories, ...endpointStories]
