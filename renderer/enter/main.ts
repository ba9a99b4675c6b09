import { mount } from 'svelte'
import { looks } from '../ui/looks.svelte.ts'
import Enter from './Enter.svelte'
import '../ui/theme.css'
import '../ui/base.css'

looks.apply()
mount(Enter, { target: document.body })
